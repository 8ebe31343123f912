"""Losses of single examples as functions of their scores, and the convex conjugates of these losses.

Scores and duals are `[examples, outputs]`, losses `[examples]`.
"""

from collections.abc import Callable
from functools import reduce as fold

import jax
import jax.numpy as jnp
from jaxtyping import Array

LONG = 8192
"""Examples from which rows are combined half with half: XLA's CPU backend takes 2.8 ms to add 10 rows of
60,000, and 0.13 ms for additions of five rows to five, two to two and so on."""


def squared_error(scores: Array, y: Array) -> Array:
    """Squared difference of score and y, added over the outputs."""
    # With several outputs their errors are added, so that each output is a regression of its own.
    return jnp.sum(jnp.square(scores - y.reshape(scores.shape)), axis=1)


def squared_error_conjugate(dual: Array, y: Array) -> Array:
    """Its conjugate."""
    return jnp.sum(dual * (y.reshape(dual.shape) + 0.25 * dual), axis=1)


def binary_cross_entropy(scores: Array, y: Array) -> Array:
    """-log of the probability of a label 0 or 1, with the score as its log odds."""
    # -log sigmoid(z) = softplus(-z) and -log(1 - sigmoid(z)) = softplus(z). One softplus of the
    # signed score serves both labels, never overflows, and keeps the digits of a small loss, which
    # softplus(z) - y * z loses to cancellation.
    return _softplus((1 - 2 * y.astype(scores.dtype)) * scores[:, 0])


@jax.custom_jvp
def _softplus(z: Array) -> Array:
    # log(1 + e^z) = max(z, 0) + log(1 + e^-|z|), and log(1 + u) = 2 artanh(u / (2 + u)). With u <= 1
    # the argument is at most 1/3 and the series of artanh gains a digit a term. Products and sums
    # run side by side in vector registers, which the log1p of XLA on a CPU does not: 1.6 times the
    # speed of a whole training with one feature.
    u = jnp.exp(-jnp.abs(z))
    argument = u / (2 + u)
    terms = 17 if z.dtype == jnp.float64 else 8
    series = jnp.full_like(z, 1 / (2 * terms - 1))
    for k in reversed(range(terms - 1)):
        series = series * argument**2 + 1 / (2 * k + 1)
    return jnp.maximum(z, 0) + 2 * argument * series


@_softplus.defjvp
def _softplus_jvp(primals, tangents):
    # the derivative of the series as it stands would be a second series
    (z,), (dz,) = primals, tangents
    return _softplus(z), jax.nn.sigmoid(z) * dz


def cross_entropy(scores: Array, y: Array) -> Array:
    """-log of the softmax probability of the label."""
    # along the rows that `score` has made
    z = scores.T
    return _negative_log_softmax(z, jnp.arange(len(z))[:, None] == y[None, :])


@jax.custom_jvp
def _negative_log_softmax(z: Array, is_label: Array) -> Array:
    # -log softmax(z)[y] = logsumexp(z) - z[y]
    shifted = z - _largest(z)[None, :]
    return jnp.log(_total(jnp.exp(shifted))) - _total(jnp.where(is_label, shifted, 0))


@_negative_log_softmax.defjvp
def _negative_log_softmax_jvp(primals, tangents):
    (z, is_label), (dz, _) = primals, tangents
    return _negative_log_softmax(z, is_label), jnp.einsum("oe,oe->e", _softmax(z) - is_label, dz)


@jax.custom_jvp
def _softmax(z: Array) -> Array:
    exponentials = jnp.exp(z - _largest(z)[None, :])
    return exponentials / _total(exponentials)[None, :]


@_softmax.defjvp
def _softmax_jvp(primals, tangents):
    # the derivative of the sums by halves would be more of them, and reductions of our own have none
    (z,), (dz,) = primals, tangents
    p = _softmax(z)
    return p, p * (dz - jnp.einsum("oe,oe->e", p, dz)[None, :])


# Maxima and sums over outputs are written so that XLA's CPU backend does not know them. Those it knows it
# gives to a library of their own, with arrays in memory before and after: full batches of 100 models then
# take 1.3 times as long. What it does not know becomes one loop with its neighbours.


def _largest(rows: Array) -> Array:
    return _reduce(lambda a, b: -jnp.minimum(-a, -b), -jnp.inf, rows)


def _total(rows: Array) -> Array:
    return _reduce(lambda a, b: -(-a - b), 0.0, rows)


def _reduce(combine: Callable, start: float, rows: Array) -> Array:
    """The rows of `[outputs, examples]` combined into one."""
    if rows.shape[1] < LONG:
        return jax.lax.reduce(rows, jnp.array(start, rows.dtype), combine, (0,))
    odd = []
    while len(rows) > 1:
        half = len(rows) // 2
        odd += [rows[-1]] if len(rows) % 2 else []
        rows = combine(rows[:half], rows[half : 2 * half])
    return fold(combine, odd, rows[0])


ALWAYS_DECREASING: tuple[Callable, ...] = (binary_cross_entropy, cross_entropy)
"""Losses that the score of the label can always make smaller: where all labels are ahead there is no
minimum without a penalty."""

LOG_2 = 0.693
"""Below it such a loss says that the label has more than half of the probability. log 2 = 0.6931 is the
loss of scores that are all zero, give or take their rounding."""


def binary_entropy(dual: Array, y: Array) -> Array:
    """Conjugate of `binary_cross_entropy`."""
    # With dual = p - y this is p log p + (1 - p) log(1 - p); q is how far the dual is from zero.
    q = jnp.clip(jnp.where(y == 1, -dual[:, 0], dual[:, 0]), 0.0, 1.0)
    return jax.scipy.special.xlogy(q, q) + jax.scipy.special.xlog1py(1 - q, -q)


def entropy(dual: Array, y: Array) -> Array:
    """Conjugate of `cross_entropy`."""
    # With dual = p - onehot(y) this is sum(p log p).
    p = jnp.clip(dual + jax.nn.one_hot(y, dual.shape[1], dtype=dual.dtype), 0.0, 1.0)
    return jnp.sum(jax.scipy.special.xlogy(p, p), axis=1)
