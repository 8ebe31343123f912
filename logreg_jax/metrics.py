"""How good a fit is. Every metric is `(model, params, batch) -> scalar` and honours sample weights.

They are plain functions of the parameters, so that `vmap` scores a thousand models at once.
"""

import jax.numpy as jnp
from jaxtyping import Array, Float, Scalar

from ._checks import check_batch
from ._types import Batch, Params
from .models import Model, Target, predict, score, weighted_mean

Targets = tuple[Target, ...]
CLASSES: Targets = ("binary", "multiclass")
REAL: Targets = ("continuous",)


def accuracy(model: Model, params: Params, batch: Batch) -> Scalar:
    """Weighted share of examples whose most probable class is their label.

    Args:
        model: a classifier.
        params: weights `[outputs, features]`, bias `[outputs]`.
        batch: examples with labels.

    Returns:
        From 0 to 1; NaN if a score is NaN.

    Raises:
        ValueError: for a model with a continuous target.
    """
    batch = _checked("accuracy", CLASSES, model, params, batch)
    scores = score(params, batch.x)
    # p > 1/2 exactly where the score is positive
    label = scores[:, 0] > 0 if model.target == "binary" else jnp.argmax(scores, axis=1)
    correct = weighted_mean((label == batch.y).astype(scores.dtype), batch.weight)
    # what has diverged has no most probable class, and would else be right where the label is 0
    return jnp.where(jnp.isnan(scores).any(), jnp.nan, correct)


def log_loss(model: Model, params: Params, batch: Batch) -> Scalar:
    """Weighted mean of `-log p(label)` in nats, without the penalty.

    Computed from the scores, so that it stays finite where the probability rounds to zero.

    Args:
        model: a classifier.
        params: weights `[outputs, features]`, bias `[outputs]`.
        batch: examples with labels.

    Raises:
        ValueError: for a model with a continuous target.
    """
    batch = _checked("log_loss", CLASSES, model, params, batch)
    return weighted_mean(model.example_loss(score(params, batch.x), batch.y), batch.weight)


def mean_squared_error(model: Model, params: Params, batch: Batch) -> Scalar:
    """Weighted mean of `(prediction - y) ** 2`, in squared units of y; the mean over several outputs.

    Args:
        model: a model with a continuous target.
        params: weights `[outputs, features]`, bias `[outputs]`.
        batch: examples with real targets.

    Raises:
        ValueError: for a classifier.
    """
    batch = _checked("mean_squared_error", REAL, model, params, batch)
    return jnp.mean(_output_means((predict(model, params, batch.x) - batch.y) ** 2, batch))


def r2(model: Model, params: Params, batch: Batch) -> Scalar:
    """Coefficient of determination: 1 is perfect, 0 is as good as the weighted mean of y.

    With several outputs the mean of theirs, scikit-learn's `uniform_average`.

    Args:
        model: a model with a continuous target.
        params: weights `[outputs, features]`, bias `[outputs]`.
        batch: examples with real targets that are not all equal (else the result is not finite).

    Raises:
        ValueError: for a classifier.
    """
    batch = _checked("r2", REAL, model, params, batch)
    y = batch.y.astype(params.bias.dtype)
    variance = _output_means((y - jnp.expand_dims(_output_means(y, batch), 0)) ** 2, batch)
    error = _output_means((predict(model, params, batch.x) - y) ** 2, batch)
    return jnp.mean(1 - error / variance)


def _output_means(
    values: Float[Array, "examples *outputs"], batch: Batch
) -> Float[Array, "*outputs"]:
    return jnp.average(values, axis=0, weights=batch.weight)


def _checked(metric: str, targets: Targets, model: Model, params: Params, batch: Batch) -> Batch:
    if model.target not in targets:
        instead = "mean_squared_error or r2" if targets is CLASSES else "accuracy or log_loss"
        raise ValueError(
            f"got {model.name}, whose target is {model.target}; {metric} expected a model with a "
            f"target that is {' or '.join(targets)}. Use {instead}."
        )
    return check_batch(model, params, batch, values=False)
