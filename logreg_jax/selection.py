"""Before and after a sweep: all combinations of some values, and the best model."""

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import ArrayLike
from jaxtyping import Array, Float

from ._checks.concrete import check_concrete
from ._checks.messages import describe, error_message
from ._checks.scalars import check_switch
from ._checks.selection import (
    check_evaluation,
    check_metric,
    check_metric_values,
    check_values_of_grid,
    explain_metric,
)
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
        ValueError: if there are no values, they are empty or not one-dimensional, or JAX's dtype makes
            another number of one of them, such as zero of 1e-60 in float32.
        TypeError: if they are not numbers, or traced.
    """
    check_concrete("grid", "Make the grid first, and pass its arrays.", values)
    arrays = {name: check_values_of_grid(name, value) for name, value in values.items()}
    if not arrays:
        raise ValueError(
            error_message("no values", "at least one", "Pass for instance l2=[0, 1e-3].")
        )
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
        ValueError: if no argument has an axis of models or their lengths differ, if a shape does not fit,
            if a label is out of range or a sample weight negative, or if the metric does not fit the
            model or does not return a scalar.
        TypeError: if a dtype does not fit, or the metric cannot be vectorised.
    """
    model, params, batch, axes = check_evaluation(model, params, batch, metric)
    try:
        found = jax.vmap(metric, in_axes=axes)(model, params, batch)
    except (jax.errors.JAXTypeError, jax.errors.JAXIndexError) as error:
        raise explain_metric(metric, error) from error
    return check_metric_values(metric, found)


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
            the metric of every model is NaN, or as in `evaluate`.
        TypeError: as in `evaluate`, if `sweep` is no `Sweep`, or under `jit`.
    """
    check_concrete("best", "Use evaluate under jit.", model, sweep, batch)
    if not isinstance(sweep, Sweep):
        remedy = "Pass the result of sweep or sweep_full_batch."
        raise TypeError(error_message(describe("sweep", sweep), "a Sweep", remedy))
    check_metric(metric)
    if greater_is_better is not None:
        check_switch("greater_is_better", greater_is_better)
    elif isinstance(metric, Hashable):
        greater_is_better = _GREATER_IS_BETTER.get(metric)
    if greater_is_better is None:
        name = getattr(metric, "__name__", repr(metric))
        got = f"the metric {name} without greater_is_better"
        remedy = "Pass True if larger values are better."
        raise ValueError(error_message(got, "True or False", remedy))
    found = np.asarray(evaluate(model, sweep.params, batch, metric))
    if np.isnan(found).all():
        expected = "at least one that did not diverge"
        remedy = "Try smaller learning rates."
        raise ValueError(error_message(f"NaN from all {len(found)} models", expected, remedy))
    index = int(np.nanargmax(found) if greater_is_better else np.nanargmin(found))
    values = {name: value[index] for name, value in sweep.values.items()}
    params = Params(sweep.params.weights[index], sweep.params.bias[index])
    return Best(index, float(found[index]), values, params)
