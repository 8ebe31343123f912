"""The three generalised linear models: a linear score, a loss of the score, a mean of the score."""

from collections.abc import Callable
from dataclasses import dataclass, field
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
    """

    name: str = field(metadata={"static": True})
    target: Target = field(metadata={"static": True})
    example_loss: ExampleLoss = field(metadata={"static": True})
    inverse_link: Callable[[Array], Array] = field(metadata={"static": True})
    l2: Hyperparameter = 0.0


def _squared_error(scores: Array, y: Array) -> Array:
    return jnp.square(scores[:, 0] - y)


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
    # -log softmax(z)[y] = logsumexp(z) - z[y], along the rows that `score` has made
    z = scores.T
    is_label = jnp.arange(len(z))[:, None] == y[None, :]
    return jax.nn.logsumexp(z, axis=0) - jnp.sum(jnp.where(is_label, z, 0), axis=0)


def _first_output(scores: Array) -> Array:
    return scores[:, 0]


def _sigmoid(scores: Array) -> Array:
    return jax.nn.sigmoid(scores[:, 0])


linear = Model("linear", "continuous", _squared_error, _first_output)
logistic = Model("logistic", "binary", _binary_cross_entropy, _sigmoid)
softmax = Model("softmax", "multiclass", _cross_entropy, jax.nn.softmax)


def init(num_features: int, num_outputs: int = 1, *, dtype=jnp.float32) -> Params:
    """Parameters that are all zero, the usual start of a convex problem.

    Args:
        num_features: columns of `x`.
        num_outputs: 1 for linear and logistic, the number of classes for softmax.
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
        linear: the mean, `[examples]`; logistic: the probability of label 1, `[examples]`;
        softmax: the class probabilities, `[examples, classes]`.
    """
    return model.inverse_link(score(params, x))


def loss(model: Model, params: Params, batch: Batch) -> Scalar:
    """Weighted mean of the example losses plus the penalty, the objective that training minimises.

    Mean squared error for linear (without 1/2), mean binary cross-entropy for logistic, mean
    cross-entropy for softmax, in nats. Source: Hastie, Tibshirani, Friedman, "The Elements of
    Statistical Learning" (2009), sections 3.2 and 4.4.

    Args:
        model: the model; its `l2` adds `l2 / 2 * sum(weights ** 2)`.
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
    """`l2 / 2 * sum(weights ** 2)`, what `loss` adds to the mean."""
    return 0.5 * model.l2 * jnp.sum(params.weights**2)


def weighted_mean(
    values: Float[Array, " examples"], weight: Float[Array, " examples"] | None
) -> Scalar:
    """Mean of `values` under sample weights; None means equal weights."""
    if weight is None:
        return jnp.mean(values)
    return jnp.sum(weight * values) / jnp.sum(weight)
