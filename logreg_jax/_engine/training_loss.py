"""The loss and its gradient in one pass over x, as a training needs them.

The values are those of `models.loss`. What differs is how often x is read from memory and which products
the compiler makes of it; docs/performance.md has the measurements.
"""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.custom_derivatives import SymbolicZero
from jaxtyping import Array, Float, Scalar

from ._passes import weighted_total
from ._types import Batch, Params
from .models import Model, loss, penalty, score

BLOCK_BYTES = 2**23
"""Of x that a full-batch step on a CPU reads at a time, so that the gradient finds it in the cache. With
6 to 9 MB a step over 188 MB takes 0.78 of the time that it takes in one piece, with 3 MB 0.88."""

MOST_FEATURES = 32
"""That full-batch steps of one output read by columns: 1.2 to 2.4 times as fast, 0.9 from 64 on."""
MOST_ENTRIES = 2**17
"""Of such an x, 512 KiB in float32. Larger ones are 0.8 to 0.9 times as fast by columns."""


@jax.custom_jvp
def batch_loss(model: Model, params: Params, batch: Batch) -> Scalar:
    """`loss` of examples that were gathered for one step."""
    return loss(model, params, batch)


def _batch_loss_jvp(primals, tangents):
    model, params, batch = primals
    total, slopes = _sum_and_slopes(model, params, batch)
    # Otherwise the compiler turns the product of slopes and x around, into one that leaves a core
    # of a CPU asleep until the next gather wants it: 1.35 times the time of an epoch on MNIST.
    slopes = jax.lax.optimization_barrier(slopes)
    return _finish((total, _gradient(slopes, batch.x)), primals, tangents)


batch_loss.defjvp(_batch_loss_jvp, symbolic_zeros=True)


@jax.custom_jvp
def full_batch_loss(model: Model, params: Params, batch: Batch) -> Scalar:
    """`loss` of all examples."""
    return loss(model, params, batch)


def _full_batch_loss_jvp(primals, tangents):
    model, params, batch = primals

    def sums(rows: Batch) -> tuple[Scalar, Params]:
        total, slopes = _sum_and_slopes(model, params, rows)
        return total, _gradient(slopes, rows.x)

    def add_block(running, start):
        rows = jax.tree.map(lambda a: jax.lax.dynamic_slice_in_dim(a, start, size), batch)
        return jax.tree.map(jnp.add, running, sums(rows)), None

    n, size = len(batch.y), _block_rows(batch.x)
    first = n % size or size
    running = sums(jax.tree.map(lambda a: a[:first], batch))
    if first < n:
        running, _ = jax.lax.scan(add_block, running, jnp.arange(first, n, size))
    return _finish(running, primals, tangents)


full_batch_loss.defjvp(_full_batch_loss_jvp, symbolic_zeros=True)


def by_columns(params: Params, x: Array) -> Array | None:
    """A copy of x as `[features, examples]` where full-batch steps read that sooner, else None.

    With few features and one output both products then run along the examples: half the time for
    1,000 data sets of 200 x 20 or one of 442 x 10. With many features or outputs it is the other way round.
    """
    narrow = params.bias.size == 1 and x.shape[1] <= MOST_FEATURES and x.size <= MOST_ENTRIES
    if jax.default_backend() != "cpu" or not narrow:
        return None
    # without the barrier the compiler turns it back into what it was made of
    return jax.lax.optimization_barrier(x.T)


def _block_rows(x) -> int:
    n, features = x.shape
    if jax.default_backend() != "cpu":
        return n  # an accelerator wants all the work at once
    return min(n, max(1, BLOCK_BYTES // (features * x.dtype.itemsize)))


def _sum_and_slopes(
    model: Model, params: Params, batch: Batch
) -> tuple[Scalar, Float[Array, "examples outputs"]]:
    """Weighted sum of the example losses, and its derivative with respect to the scores."""

    losses, pull = jax.vjp(lambda z: model.example_loss(z, batch.y), score(params, batch.x))
    weight = jnp.ones_like(losses) if batch.weight is None else batch.weight
    return weighted_total(weight, losses), pull(weight)[0]


def _gradient(slopes: Float[Array, "examples outputs"], x: Array) -> Params:
    return Params(slopes.T @ x, jnp.sum(slopes, axis=0))


def _finish(sums: tuple[Scalar, Params], primals: tuple, tangents: tuple) -> tuple[Scalar, Any]:
    """Mean and penalty from sums over the examples; the loss, and its derivative along `tangents`."""
    model, params, batch = primals
    if any(not isinstance(t, SymbolicZero) for t in jax.tree.leaves((tangents[0], tangents[2]))):
        # Somebody wants the derivative by a penalty or by the data; that is not the training's.
        return jax.jvp(loss, primals, jax.tree.map(_instantiate, tangents))
    total = len(batch.y) if batch.weight is None else jnp.sum(batch.weight)
    # A batch may lie wholly in the examples that a fold leaves out: then the penalty alone is there.
    total = jnp.where(total > 0, total, 1)
    added, slope = jax.value_and_grad(penalty, argnums=1)(model, params)
    gradient = jax.tree.map(lambda s, p: s / total + p, sums[1], slope)
    along = jax.tree.map(lambda g, t: jnp.sum(g * _instantiate(t)), gradient, tangents[1])
    return sums[0] / total + added, along.weights + along.bias


def _instantiate(tangent):
    if not isinstance(tangent, SymbolicZero):
        return tangent
    kind = np if tangent.dtype == jax.dtypes.float0 else jnp
    return kind.zeros(tangent.shape, tangent.dtype)
