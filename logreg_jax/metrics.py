"""Metrics of a fit: `(model, params, batch) -> scalar`, honouring sample weights.

They are plain functions of the parameters, so that `vmap` scores a thousand models at once. Labels and
sample weights are checked unless they are traced; x is not read.
"""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Scalar

from ._checks.examples import check_examples
from ._checks.messages import error_message
from ._checks.models import check_model
from ._engine.objective import linear_score, weighted_mean
from ._types import Batch, Model, Params, Target
from .models import predict

_Targets = tuple[Target, ...]
_CLASSES: _Targets = ("binary", "multiclass")
_REAL: _Targets = ("continuous",)


def accuracy(model: Model, params: Params, batch: Batch) -> Scalar:
    """Weighted share of examples whose most probable class is their label.

    Args:
        model: a classifier.
        params: weights `[outputs, features]`, bias `[outputs]`.
        batch: x `[examples, features]`, labels `[examples]`, weight `[examples]` or None.

    Returns:
        A scalar from 0 to 1; NaN if a score is NaN.

    Raises:
        ValueError: for a model with a continuous target, if a shape does not fit, or a label, a
            target or a sample weight is not allowed.
        TypeError: if a dtype does not fit.
    """
    params, batch = _checked("accuracy", _CLASSES, model, params, batch)
    scores = linear_score(params, batch.x)
    # p > 1/2 exactly if the score is positive
    label = scores[:, 0] > 0 if model.target == "binary" else jnp.argmax(scores, axis=1)
    correct = weighted_mean((label == batch.y).astype(scores.dtype), batch.weight)
    # A diverged model has no most probable class; without this it would be right for label 0.
    return jnp.where(jnp.isnan(scores).any(), jnp.nan, correct)


def log_loss(model: Model, params: Params, batch: Batch) -> Scalar:
    """Weighted mean of `-log p(label)` in nats, without the penalty.

    Computed from the scores, so that it stays finite if the probability rounds to zero.

    Args:
        model: a classifier.
        params: weights `[outputs, features]`, bias `[outputs]`.
        batch: x `[examples, features]`, labels `[examples]`, weight `[examples]` or None.

    Returns:
        A scalar, at least 0.

    Raises:
        ValueError: for a model with a continuous target, if a shape does not fit, or a label, a
            target or a sample weight is not allowed.
        TypeError: if a dtype does not fit.
    """
    params, batch = _checked("log_loss", _CLASSES, model, params, batch)
    return weighted_mean(model.example_loss(linear_score(params, batch.x), batch.y), batch.weight)


def mean_squared_error(model: Model, params: Params, batch: Batch) -> Scalar:
    """Weighted mean of `(prediction - y) ** 2`, averaged over several outputs.

    Args:
        model: a model with a continuous target.
        params: weights `[outputs, features]`, bias `[outputs]`.
        batch: x `[examples, features]`, y `[examples]` or `[examples, outputs]`, weight `[examples]`
            or None.

    Returns:
        A scalar in squared units of y.

    Raises:
        ValueError: for a classifier, if a shape does not fit, or a label, a
            target or a sample weight is not allowed.
        TypeError: if a dtype does not fit.
    """
    params, batch = _checked("mean_squared_error", _REAL, model, params, batch)
    return jnp.mean(_output_means((predict(model, params, batch.x) - batch.y) ** 2, batch))


def r2(model: Model, params: Params, batch: Batch) -> Scalar:
    """Coefficient of determination: 1 is perfect, 0 is as good as the weighted mean of y.

    With several outputs the mean over them, scikit-learn's `uniform_average`.

    Args:
        model: a model with a continuous target.
        params: weights `[outputs, features]`, bias `[outputs]`.
        batch: x `[examples, features]`, y `[examples]` or `[examples, outputs]`, not constant (else
            the result is not finite), weight `[examples]` or None.

    Returns:
        A scalar, at most 1.

    Raises:
        ValueError: for a classifier, if a shape does not fit, or a label, a
            target or a sample weight is not allowed.
        TypeError: if a dtype does not fit.
    """
    params, batch = _checked("r2", _REAL, model, params, batch)
    y = batch.y.astype(params.bias.dtype)
    variance = _output_means((y - jnp.expand_dims(_output_means(y, batch), 0)) ** 2, batch)
    error = _output_means((predict(model, params, batch.x) - y) ** 2, batch)
    return jnp.mean(1 - error / variance)


def _output_means(
    values: Float[Array, " examples *outputs"], batch: Batch
) -> Float[Array, "*outputs"]:
    if values.ndim == 1:
        return weighted_mean(values, batch.weight)
    means: Array = jax.vmap(weighted_mean, (1, None))(values, batch.weight)
    return means


def _checked(
    metric: str, targets: _Targets, model: Model, params: Params, batch: Batch
) -> tuple[Params, Batch]:
    check_model(model)
    if model.target not in targets:
        instead = "mean_squared_error or r2" if targets is _CLASSES else "accuracy or log_loss"
        got = f"{model.name}, whose target is {model.target}, in {metric}"
        expected = f"a model with a target that is {' or '.join(targets)}"
        raise ValueError(error_message(got, expected, f"Use {instead}."))
    return check_examples(model, params, batch)
