"""The three generalised linear models: a linear score, a loss of the score, a mean of the score."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce as fold
from typing import Literal

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Scalar, Shaped

from ._checks import check_batch, check_features, check_size
from ._types import Batch, Hyperparameter, Params

ExampleLoss = Callable[
    [Float[Array, "examples outputs"], Shaped[Array, " examples"]], Float[Array, " examples"]
]
Target = Literal["continuous", "binary", "multiclass"]

LONG = 8192
"""Examples from which rows are combined half with half: XLA's CPU backend takes 2.8 ms to add 10 rows of
60,000, and 0.13 ms for additions of five rows to five, two to two and so on."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Model:
    """A generalised linear model: what to do with the score `x @ weights.T + bias`.

    A pytree. The functions are static, the penalty is a leaf: a new `l2` does not recompile and
    can be vmapped. Make a variant with `dataclasses.replace(softmax, l2=1e-3)`, or a model of your
    own by giving the functions.

    Attributes:
        name: what error messages call it.
        target: what `y` holds, in scikit-learn's terms: "continuous", "binary" or "multiclass".
        example_loss: `(scores [examples, outputs], y [examples]) -> losses [examples]`.
        inverse_link: `scores [examples, outputs] -> mean of y`, what `predict` returns.
        l2: strength of the penalty `l2 / 2 * sum(weights ** 2)`; the bias is not penalised.
        l1: strength of the penalty `l1 * sum(abs(weights))`; with `l2` the elastic net.
        curvature: the smallest and the largest eigenvalue that the second derivative of
            `example_loss` by the scores of one example can have. Solvers take step sizes from it.
        conjugate: `(dual [examples, outputs], y [examples]) -> [examples]`, the convex conjugate
            `max over scores of sum(dual * scores) - example_loss(scores, y)`; the certificate of a
            penalty without `l2` needs it. None if it is not known.
    """

    name: str = field(metadata={"static": True})
    target: Target = field(metadata={"static": True})
    example_loss: ExampleLoss = field(metadata={"static": True})
    inverse_link: Callable[[Array], Array] = field(metadata={"static": True})
    l2: Hyperparameter = 0.0
    l1: Hyperparameter = 0.0
    curvature: tuple[float, float] = field(default=(0.0, math.inf), metadata={"static": True})
    conjugate: ExampleLoss | None = field(default=None, metadata={"static": True})


def _squared_error(scores: Array, y: Array) -> Array:
    # With several outputs their errors are added, so that each output is a regression of its own.
    return jnp.sum(jnp.square(scores - y.reshape(scores.shape)), axis=1)


def _squared_error_conjugate(dual: Array, y: Array) -> Array:
    return jnp.sum(dual * (y.reshape(dual.shape) + 0.25 * dual), axis=1)


def _binary_cross_entropy(scores: Array, y: Array) -> Array:
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


def _cross_entropy(scores: Array, y: Array) -> Array:
    # along the rows that `score` has made
    z = scores.T
    return _negative_log_softmax(z, jnp.arange(len(z))[:, None] == y[None, :])


@jax.custom_jvp
def _negative_log_softmax(z: Array, is_label: Array) -> Array:
    # -log softmax(z)[y] = logsumexp(z) - z[y]
    shifted = z - _reduce(jnp.max, jnp.maximum, z)[None, :]
    label = _reduce(jnp.sum, jnp.add, jnp.where(is_label, shifted, 0))
    return jnp.log(_reduce(jnp.sum, jnp.add, jnp.exp(shifted))) - label


@_negative_log_softmax.defjvp
def _negative_log_softmax_jvp(primals, tangents):
    # the derivative of the sums by halves would be more of them
    (z, is_label), (dz, _) = primals, tangents
    exponentials = jnp.exp(z - _reduce(jnp.max, jnp.maximum, z)[None, :])
    residuals = exponentials / _reduce(jnp.sum, jnp.add, exponentials)[None, :] - is_label
    return _negative_log_softmax(z, is_label), jnp.einsum("oe,oe->e", residuals, dz)


def _reduce(reduction: Callable, combine: Callable, rows: Array) -> Array:
    """The rows of `[outputs, examples]` combined into one."""
    if rows.shape[1] < LONG:
        return reduction(rows, axis=0)
    odd = []
    while len(rows) > 1:
        half = len(rows) // 2
        odd += [rows[-1]] if len(rows) % 2 else []
        rows = combine(rows[:half], rows[half : 2 * half])
    return fold(combine, odd, rows[0])


def _binary_entropy(dual: Array, y: Array) -> Array:
    # With dual = p - y this is p log p + (1 - p) log(1 - p); q is how far the dual is from zero.
    q = jnp.clip(jnp.where(y == 1, -dual[:, 0], dual[:, 0]), 0.0, 1.0)
    return jax.scipy.special.xlogy(q, q) + jax.scipy.special.xlog1py(1 - q, -q)


def _entropy(dual: Array, y: Array) -> Array:
    # With dual = p - onehot(y) this is sum(p log p).
    p = jnp.clip(dual + jax.nn.one_hot(y, dual.shape[1], dtype=dual.dtype), 0.0, 1.0)
    return jnp.sum(jax.scipy.special.xlogy(p, p), axis=1)


def _identity(scores: Array) -> Array:
    return scores[:, 0] if scores.shape[1] == 1 else scores


def _sigmoid(scores: Array) -> Array:
    return jax.nn.sigmoid(scores[:, 0])


linear = Model(
    "linear",
    "continuous",
    _squared_error,
    _identity,
    curvature=(2.0, 2.0),
    conjugate=_squared_error_conjugate,
)
logistic = Model(
    "logistic",
    "binary",
    _binary_cross_entropy,
    _sigmoid,
    curvature=(0.0, 0.25),
    conjugate=_binary_entropy,
)
# Eigenvalues of diag(p) - p p^T are at most 1/2 (Böhning, "Multinomial logistic regression
# algorithm", 1992).
softmax = Model(
    "softmax",
    "multiclass",
    _cross_entropy,
    jax.nn.softmax,
    curvature=(0.0, 0.5),
    conjugate=_entropy,
)


def init(num_features: int, num_outputs: int = 1, *, dtype=jnp.float32) -> Params:
    """Parameters that are all zero, the usual start of a convex problem.

    Args:
        num_features: columns of `x`.
        num_outputs: 1 for logistic, the number of targets for linear, of classes for softmax.
        dtype: floating dtype of weights and bias; `x` must have the same.

    Returns:
        `Params` with weights `[num_outputs, num_features]` and bias `[num_outputs]`.

    Raises:
        ValueError: if a size is not a positive integer.
    """
    check_size("num_features", num_features)
    check_size("num_outputs", num_outputs)
    return Params(jnp.zeros((num_outputs, num_features), dtype), jnp.zeros((num_outputs,), dtype))


def score(params: Params, x) -> Float[Array, "examples outputs"]:
    """The linear score `x @ weights.T + bias`.

    Args:
        params: weights `[outputs, features]`, bias `[outputs]`.
        x: features `[examples, features]`, dtype of the parameters.

    Returns:
        One score for each output, `[examples, outputs]`.

    Raises:
        ValueError, TypeError: if `x` does not fit the parameters.
    """
    x = check_features(params, x)
    # One row per output and its transpose: what follows then runs along the examples, of which there
    # are many, and not along the outputs, of which there are few.
    return (params.weights @ x.T + params.bias[:, None]).T


def predict(model: Model, params: Params, x) -> Float[Array, "examples *outputs"]:
    """The expected target of each example.

    Args:
        model: `linear`, `logistic`, `softmax` or a model of your own.
        params: weights `[outputs, features]`, bias `[outputs]`.
        x: features `[examples, features]`.

    Returns:
        linear: the mean, `[examples]`, or `[examples, outputs]` with several outputs; logistic:
        the probability of label 1, `[examples]`; softmax: the class probabilities,
        `[examples, classes]`.

    Raises:
        ValueError, TypeError: if `x` does not fit the parameters.
    """
    return model.inverse_link(score(params, x))


def loss(model: Model, params: Params, batch: Batch) -> Scalar:
    """Weighted mean of the example losses plus the penalty, the objective that training minimises.

    Mean squared error for linear (without 1/2, added over the outputs), mean binary cross-entropy
    for logistic, mean cross-entropy for softmax, in nats. Source: Hastie, Tibshirani, Friedman, "The
    Elements of Statistical Learning" (2009), sections 3.2 and 4.4.

    Args:
        model: the model; its penalties add
            `l2 / 2 * sum(weights ** 2) + l1 * sum(abs(weights))`.
        params: weights `[outputs, features]`, bias `[outputs]`.
        batch: examples; if all sample weights are zero the mean is NaN.

    Returns:
        A scalar of the parameters' dtype.

    Raises:
        ValueError, TypeError: if the shapes or dtypes of the batch do not fit.
    """
    batch = check_batch(model, params, batch, values=False)
    losses = model.example_loss(score(params, batch.x), batch.y)
    return weighted_mean(losses, batch.weight) + penalty(model, params)


def penalty(model: Model, params: Params) -> Scalar:
    """`l2 / 2 * sum(weights ** 2) + l1 * sum(abs(weights))`, what `loss` adds to the mean."""
    squares, sizes = jnp.sum(params.weights**2), jnp.sum(jnp.abs(params.weights))
    return 0.5 * model.l2 * squares + model.l1 * sizes


def weighted_mean(
    values: Float[Array, " examples"], weight: Float[Array, " examples"] | None
) -> Scalar:
    """Mean of `values` under sample weights; None means equal weights."""
    if weight is None:
        return jnp.mean(values)
    return jnp.sum(weight * values) / jnp.sum(weight)
