"""Before a sweep and after it: all combinations of some values, and the model that does best."""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Scalar

from ._axes import batch_axes, hyperparameter_axes, params_axes
from ._types import Batch, Params
from .metrics import accuracy, log_loss, mean_squared_error, r2
from .models import Model
from .sweeps import Sweep

Metric = Callable[[Model, Params, Batch], Scalar]

GREATER_IS_BETTER: dict[Metric, bool] = {
    accuracy: True,
    r2: True,
    log_loss: False,
    mean_squared_error: False,
}


class Best(NamedTuple):
    """The best model of a sweep.

    Attributes:
        place: its index in the sweep.
        value: its value of the metric.
        values: its hyperparameters by name.
        params: its parameters, weights `[outputs, features]`, bias `[outputs]`.
    """

    place: int
    value: float
    values: dict[str, Array]
    params: Params


def grid(**values) -> dict[str, Array]:
    """All combinations of some values, the last name varying fastest.

    Args:
        values: sequences of numbers by name, such as `l2=[0, 1e-3], learning_rate=[0.1, 0.3]`.

    Returns:
        Arrays `[models]` by name, in the order given. `fold=range(5)` gives indices, for instance
        of rows of fold weights.

    Raises:
        ValueError: if there are no values, or they are not one-dimensional and not empty.
    """
    arrays = {name: np.asarray(value) for name, value in values.items()}
    for name, array in arrays.items():
        if array.ndim != 1 or not array.size:
            raise ValueError(
                f"got {name} of shape {array.shape}; expected a sequence of at least one number. "
                f"Pass {name}=[...]."
            )
    if not arrays:
        raise ValueError("got no values; expected at least one. Pass for instance l2=[0, 1e-3].")
    combined = np.meshgrid(*arrays.values(), indexing="ij")
    return {name: jnp.asarray(c.ravel()) for name, c in zip(arrays, combined, strict=True)}


def evaluate(model: Model, params: Params, batch: Batch, metric: Metric) -> Float[Array, " models"]:
    """A metric of many models.

    Args:
        model: the model; its penalties may be arrays `[models]`.
        params: of a sweep, weights `[models, outputs, features]`, bias `[models, outputs]`.
        batch: examples, shared, or with a first axis `[models]` on any of its arrays.
        metric: `metric(model, params, batch) -> scalar`, such as `log_loss`.

    Returns:
        The metric of each model, `[models]`.

    Raises:
        ValueError, TypeError: if the shapes do not fit, or the metric not the model.
    """
    axes = hyperparameter_axes(model), params_axes(params), batch_axes(model, params, batch)
    return jax.vmap(metric, in_axes=axes)(model, params, batch)


def best(
    model: Model,
    sweep: Sweep,
    batch: Batch,
    metric: Metric,
    *,
    greater_is_better: bool | None = None,
) -> Best:
    """The model of a sweep that does best on held-out examples.

    A model whose metric is NaN, because it diverged, is never the best.

    Args:
        model: the model of the sweep.
        sweep: what `sweep` returned.
        batch: held-out examples, shared or one set per model; see `evaluate`.
        metric: such as `log_loss` or `accuracy`.
        greater_is_better: which way the metric goes; known for those of this library.

    Returns:
        `Best`: place, metric, hyperparameters and parameters of the best model, the first of equals.

    Raises:
        ValueError: if the metric is another one and `greater_is_better` is not given, or if the
            metric of every model is NaN.
    """
    if greater_is_better is None:
        greater_is_better = GREATER_IS_BETTER.get(metric)
    if greater_is_better is None:
        name = getattr(metric, "__name__", repr(metric))
        raise ValueError(
            f"got a metric of your own, {name}; expected to be told which way it goes. "
            "Pass greater_is_better=True or False."
        )
    found = np.asarray(evaluate(model, sweep.params, batch, metric))
    if np.isnan(found).all():
        raise ValueError(
            f"got NaN from all {len(found)} models; expected at least one that did not diverge. "
            "Try smaller learning rates."
        )
    place = int(np.nanargmax(found) if greater_is_better else np.nanargmin(found))
    values = {name: value[place] for name, value in sweep.values.items()}
    params = Params(sweep.params.weights[place], sweep.params.bias[place])
    return Best(place, float(found[place]), values, params)
