"""The three generalised linear models: a linear score, a loss of the score, a mean of the score."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Scalar, Shaped

from ._checks import check_batch, check_features, check_size
from ._losses import (
    binary_cross_entropy,
    binary_entropy,
    cross_entropy,
    entropy,
    squared_error,
    squared_error_conjugate,
)
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
    can be vmapped. Only no penalty at all, the number 0, is a program of its own in `fit` and
    `sweep`. Make a variant with `dataclasses.replace(softmax, l2=1e-3)`, or a model of your own by
    giving the functions.

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


def _identity(scores: Array) -> Array:
    return scores[:, 0] if scores.shape[1] == 1 else scores


def _sigmoid(scores: Array) -> Array:
    return jax.nn.sigmoid(scores[:, 0])


linear = Model(
    "linear",
    "continuous",
    squared_error,
    _identity,
    curvature=(2.0, 2.0),
    conjugate=squared_error_conjugate,
)
logistic = Model(
    "logistic",
    "binary",
    binary_cross_entropy,
    _sigmoid,
    curvature=(0.0, 0.25),
    conjugate=binary_entropy,
)
# Eigenvalues of diag(p) - p p^T are at most 1/2 (Böhning, "Multinomial logistic regression
# algorithm", 1992).
softmax = Model(
    "softmax",
    "multiclass",
    cross_entropy,
    jax.nn.softmax,
    curvature=(0.0, 0.5),
    conjugate=entropy,
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
    total = jnp.zeros((), params.weights.dtype)
    if model.l2 is not None:
        total += 0.5 * model.l2 * jnp.sum(params.weights**2)
    if model.l1 is not None:
        total += model.l1 * jnp.sum(jnp.abs(params.weights))
    return total


def without_zero_penalties(model: Model) -> Model:
    """The model with None for each penalty that is the number zero, so that nothing is computed for it.

    As an operand of the compiled program a zero costs what any other penalty does, a fifth of the time
    of small steps. A zero in an array stays.
    """
    some = lambda penalty: None if isinstance(penalty, int | float) and penalty == 0 else penalty
    return replace(model, l2=some(model.l2), l1=some(model.l1))


def weighted_mean(
    values: Float[Array, " examples"], weight: Float[Array, " examples"] | None
) -> Scalar:
    """Mean of `values` under sample weights; None means equal weights."""
    if weight is None:
        return jnp.mean(values)
    return jnp.sum(weight * values) / jnp.sum(weight)
