"""Before and after a sweep: all combinations of some values, and the best model."""

from collections.abc import Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import ArrayLike
from jaxtyping import Array, Float

from ._engine.axes import batch_axes, hyperparameter_axes, params_axes
from ._types import Batch, Metric, Model, Params
from .metrics import accuracy, log_loss, mean_squared_error, r2
from .sweeps import Sweep

_GREATER_IS_BETTER: dict[Metric, bool] = {
    accuracy: True,
    r2: True,
    log_loss: False,
    mean_squared_error: False,
}


class Best(NamedTuple):
    """The best model of a sweep.

    Attributes:
        model_index: its index in the sweep.
        value: its value of the metric.
        values: its hyperparameters by name.
        params: its parameters, weights `[outputs, features]`, bias `[outputs]`.
    """

    model_index: int
    value: float
    values: dict[str, Array]
    params: Params


def grid(**values: ArrayLike | Sequence[object]) -> dict[str, Array]:
    """All combinations of some values, the last name varying fastest.

    Args:
        values: sequences of numbers by name, such as `l2=[0, 1e-3], learning_rate=[0.1, 0.3]`.

    Returns:
        Arrays `[models]` by name, in the order given. `fold=range(5)` gives indices, for instance
        of rows of fold weights.

    Raises:
        ValueError: if there are no values, or they are empty or not one-dimensional.
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
        batch: examples, shared or with a leading axis `[models]` on any of their arrays.
        metric: `metric(model, params, batch) -> scalar`, such as `log_loss`.

    Returns:
        The metric of each model, `[models]`.

    Raises:
        ValueError: if a shape does not fit, or the metric does not fit the model.
        TypeError: if a dtype does not fit.
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
    """The best model of a sweep on held-out examples.

    A model whose metric is NaN, because it diverged, is never the best.

    Args:
        model: the model of the sweep.
        sweep: the result of `sweep` or `sweep_full_batch`.
        batch: held-out examples, shared or one set per model; see `evaluate`.
        metric: such as `log_loss` or `accuracy`.
        greater_is_better: whether larger values are better; known for the metrics of this library.

    Returns:
        `Best`: model index, metric, hyperparameters and parameters of the best model, the first of equals.

    Raises:
        ValueError: if the metric is not one of this library and `greater_is_better` is not given, if
            the metric of every model is NaN, or if a shape does not fit.
        TypeError: if a dtype does not fit.
    """
    if greater_is_better is None:
        greater_is_better = _GREATER_IS_BETTER.get(metric)
    if greater_is_better is None:
        name = getattr(metric, "__name__", repr(metric))
        raise ValueError(
            f"got the metric {name} without greater_is_better; expected True or False. "
            "Pass True if larger values are better."
        )
    found = np.asarray(evaluate(model, sweep.params, batch, metric))
    if np.isnan(found).all():
        raise ValueError(
            f"got NaN from all {len(found)} models; expected at least one that did not diverge. "
            "Try smaller learning rates."
        )
    index = int(np.nanargmax(found) if greater_is_better else np.nanargmin(found))
    values = {name: value[index] for name, value in sweep.values.items()}
    params = Params(sweep.params.weights[index], sweep.params.bias[index])
    return Best(index, float(found[index]), values, params)
