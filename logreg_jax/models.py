"""The three generalised linear models, and functions of their parameters."""

import math

import jax
import jax.numpy as jnp
from jax.typing import DTypeLike
from jaxtyping import Array, Float, Scalar

from ._checks.data import check_features
from ._checks.examples import check_examples
from ._checks.models import check_model, check_outputs
from ._checks.parameters import check_floating, check_params
from ._checks.penalties import check_penalties, check_single_penalties
from ._checks.scalars import check_size
from ._engine.losses import (
    binary_cross_entropy,
    binary_cross_entropy_conjugate,
    cross_entropy,
    cross_entropy_conjugate,
    squared_error,
    squared_error_conjugate,
)
from ._engine.objective import linear_score, penalized_loss
from ._types import ArrayInput, Batch, Model, Params

_LOG_2 = math.log(2)  # the loss of a label with probability 1/2


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
    conjugate=binary_cross_entropy_conjugate,
    separable_below=_LOG_2,
)
# Eigenvalues of diag(p) - p p^T are at most 1/2 (Böhning, "Multinomial logistic regression
# algorithm", 1992).
softmax = Model(
    "softmax",
    "multiclass",
    cross_entropy,
    jax.nn.softmax,
    curvature=(0.0, 0.5),
    conjugate=cross_entropy_conjugate,
    separable_below=_LOG_2,
)


def init(num_features: int, num_outputs: int = 1, *, dtype: DTypeLike = jnp.float32) -> Params:
    """Parameters that are all zero, the usual start of a convex problem.

    Args:
        num_features: number of columns of `x`.
        num_outputs: 1 for logistic, the number of targets for linear, of classes for softmax.
        dtype: floating dtype of weights and bias; `x` must have the same.

    Returns:
        `Params` with weights `[num_outputs, num_features]` and bias `[num_outputs]`.

    Raises:
        ValueError: if a size is not positive.
        TypeError: if a size is not an integer, or the dtype not a floating one that JAX has: float64 only
            while its 64-bit types are on.
    """
    check_size("num_features", num_features)
    check_size("num_outputs", num_outputs)
    check_floating(dtype)
    return Params(jnp.zeros((num_outputs, num_features), dtype), jnp.zeros((num_outputs,), dtype))


def score(params: Params, x: ArrayInput) -> Float[Array, "examples outputs"]:
    """The linear score `x @ weights.T + bias`.

    Args:
        params: weights `[outputs, features]`, bias `[outputs]`.
        x: features `[examples, features]`, of the dtype of the parameters.

    Returns:
        One score for each output, `[examples, outputs]`.

    Raises:
        ValueError: if the shape of `x` does not fit the parameters, or float32 cannot tell apart what
            x has in float64.
        TypeError: if `x` is not a floating array of the parameters' dtype, or `params` are none.
    """
    params = check_params(params)
    return linear_score(params, check_features(params, x))


def predict(model: Model, params: Params, x: ArrayInput) -> Float[Array, " examples *outputs"]:
    """The expected target of each example.

    Args:
        model: `linear`, `logistic`, `softmax` or a model of your own.
        params: weights `[outputs, features]`, bias `[outputs]`.
        x: features `[examples, features]`, of the dtype of the parameters.

    Returns:
        linear: the mean, `[examples]`, or `[examples, outputs]` with several outputs; logistic:
        the probability of label 1, `[examples]`; softmax: the class probabilities,
        `[examples, classes]`.

    Raises:
        ValueError: as in `score`, and if the model cannot have so many outputs.
        TypeError: as in `score`, and if `model` is none.
    """
    check_model(model)
    params = check_params(params)
    check_outputs(model, params)
    return model.inverse_link(score(params, x))


def loss(model: Model, params: Params, batch: Batch) -> Scalar:
    """Weighted mean of the example losses plus the penalty, the objective that training minimises.

    Mean squared error for linear (without 1/2, summed over the outputs), mean binary cross-entropy
    for logistic, mean cross-entropy for softmax, in nats. Source: Hastie, Tibshirani, Friedman, "The
    Elements of Statistical Learning" (2009), sections 3.2 and 4.4.

    Args:
        model: the model; its penalties add
            `l2 / 2 * sum(weights ** 2) + l1 * sum(abs(weights))`.
        params: weights `[outputs, features]`, bias `[outputs]`.
        batch: x `[examples, features]`, y `[examples]`, weight `[examples]` or None; if all sample
            weights are zero the mean is NaN.

    Returns:
        A scalar of the parameters' dtype.

    Raises:
        ValueError: if a shape does not fit, a label is out of range, a sample weight is negative, or a
            penalty is negative or not finite. Under `jit` values are not known and not checked.
        TypeError: if a dtype does not fit.
    """
    params, batch = check_examples(model, params, batch)
    model = check_penalties(model, params.bias.dtype)
    check_single_penalties(model)
    return penalized_loss(model, params, batch)
