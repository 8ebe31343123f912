"""The loss and its gradient in one pass over x, as training needs them.

The values are those of `penalized_loss`. What differs is how often x is read from memory and which
products the compiler makes of it; docs/performance.md has the measurements.
"""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.custom_derivatives import SymbolicZero
from jaxtyping import Array, Float, Scalar

from .._types import Batch, Model, Params
from .._xla.barriers import keep_layout
from .._xla.blocks import sum_over_blocks
from .._xla.weighted_sums import weighted_total
from .objective import linear_score, penalized_loss
from .penalties import penalty


@jax.custom_jvp
def batch_loss(model: Model, params: Params, batch: Batch) -> Scalar:
    """`penalized_loss` of examples that were gathered for one step."""
    return penalized_loss(model, params, batch)


def _batch_loss_jvp(primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> tuple[Scalar, Any]:
    model, params, batch = primals
    total, slopes = _sum_and_slopes(model, params, batch)
    return _finish((total, _gradient(keep_layout(slopes), batch.x)), primals, tangents)


batch_loss.defjvp(_batch_loss_jvp, symbolic_zeros=True)


@jax.custom_jvp
def full_batch_loss(model: Model, params: Params, batch: Batch) -> Scalar:
    """`penalized_loss` of all examples."""
    return penalized_loss(model, params, batch)


def _full_batch_loss_jvp(primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> tuple[Scalar, Any]:
    model, params, batch = primals

    def sums(rows: Batch) -> tuple[Scalar, Params]:
        total, slopes = _sum_and_slopes(model, params, rows)
        return total, _gradient(slopes, rows.x)

    return _finish(sum_over_blocks(sums, batch), primals, tangents)


full_batch_loss.defjvp(_full_batch_loss_jvp, symbolic_zeros=True)


def _sum_and_slopes(
    model: Model, params: Params, batch: Batch
) -> tuple[Scalar, Float[Array, "examples outputs"]]:
    """Weighted sum of the example losses, and its derivative with respect to the scores."""

    def losses_at(scores: Array) -> Array:
        return model.example_loss(scores, batch.y)

    losses, vjp = jax.vjp(losses_at, linear_score(params, batch.x))
    weight = jnp.ones_like(losses) if batch.weight is None else batch.weight
    return weighted_total(weight, losses), vjp(weight)[0]


def _gradient(slopes: Float[Array, "examples outputs"], x: Array) -> Params:
    return Params(slopes.T @ x, jnp.sum(slopes, axis=0))


def _finish(
    sums: tuple[Scalar, Params], primals: tuple[Any, ...], tangents: tuple[Any, ...]
) -> tuple[Scalar, Any]:
    """Mean and penalty from sums over the examples; the loss, and its derivative along `tangents`."""
    model, params, batch = primals
    if any(not isinstance(t, SymbolicZero) for t in jax.tree.leaves((tangents[0], tangents[2]))):
        # The derivative with respect to a penalty or the data is not the training's own.
        return jax.jvp(penalized_loss, primals, jax.tree.map(_instantiate, tangents))
    total = len(batch.y) if batch.weight is None else jnp.sum(batch.weight)
    # A fold may leave out every example of a batch: the penalty alone remains.
    total = jnp.where(total > 0, total, 1)
    penalty_value, penalty_gradient = jax.value_and_grad(penalty, argnums=1)(model, params)
    gradient = jax.tree.map(lambda s, p: s / total + p, sums[1], penalty_gradient)
    along = jax.tree.map(lambda g, t: jnp.sum(g * _instantiate(t)), gradient, tangents[1])
    return sums[0] / total + penalty_value, along.weights + along.bias


def _instantiate(tangent: Any) -> Any:
    if not isinstance(tangent, SymbolicZero):
        return tangent
    numpy = np if tangent.dtype == jax.dtypes.float0 else jnp
    return numpy.zeros(tangent.shape, tangent.dtype)
