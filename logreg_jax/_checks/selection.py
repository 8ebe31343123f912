"""Checks of the arguments of grids and of the choice of a model."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .._engine.axes import batch_axes, count_models, hyperparameter_axes, params_axes
from .._types import Batch, Metric, Model, Params
from .arrays import as_numbers
from .data import check_batch_of_many
from .messages import describe, error_message
from .models import check_model
from .parameters import check_params_of_many
from .penalties import check_penalties
from .rounding import check_range
from .values import check_target_values

Axes = tuple[Any, Any, Any]
"""Axes of model, parameters and examples."""


def check_values_of_grid(name: str, values: object) -> np.ndarray:
    """`values` as a vector of numbers that JAX will not change; raises otherwise."""
    array = np.asarray(as_numbers(name, values))
    if array.ndim != 1 or not array.size:
        got, expected = f"{name} of shape {array.shape}", "a sequence of at least one number"
        raise ValueError(error_message(got, expected, f"Pass {name}=[...]."))
    dtype = jax.dtypes.canonicalize_dtype(array.dtype)
    if jnp.issubdtype(dtype, jnp.floating):
        check_range(name, array, dtype)
    elif array.dtype.kind != "b" and not np.array_equal(array, array.astype(dtype)):
        got = f"{name} from {array.min()} to {array.max()}"
        raise ValueError(error_message(got, f"integers that {dtype} can hold", "Pass floats."))
    return array


def check_evaluation(
    model: Model, params: Params, batch: Batch, metric: Metric
) -> tuple[Model, Params, Batch, Axes]:
    """Arguments of a metric of many models as device arrays, and their axes; raises if they do not fit.

    Args:
        model: as the user passed it; likewise the others. Its penalties may be `[models]`.
        params: of many models.
        batch: shared, or of many models.
        metric: a function.

    Returns:
        Model, parameters, examples, and the axes of the three.

    Raises:
        ValueError, TypeError: if something does not fit.
    """
    check_model(model)
    check_metric(metric)
    params = check_params_of_many(params)
    model = check_penalties(model, params.bias.dtype)
    batch = check_batch_of_many(model, params, batch)
    check_target_values(model, batch, params.bias.shape[-1])
    axes = hyperparameter_axes(model), params_axes(params), batch_axes(model, params, batch)
    named = {"model": model, "params": params, "batch": batch}
    count_models(named, dict(zip(named, axes, strict=True)))
    return model, params, batch, axes


def check_metric(metric: object) -> None:
    """Raise unless `metric` is a function."""
    if not callable(metric) or isinstance(metric, type):
        remedy = "Pass a function of model, parameters and batch, such as log_loss."
        raise TypeError(error_message(describe("metric", metric), "a function", remedy))


def explain_metric(metric: Metric, error: Exception) -> TypeError:
    """The error for a metric that cannot be vectorised."""
    name = getattr(metric, "__name__", repr(metric))
    got = f"the metric {name}, which raised {type(error).__name__} under vmap"
    remedy = "Write it with jax.numpy, without float(), NumPy or an if on values."
    return TypeError(error_message(got, "a function of arrays that vmap can transform", remedy))


def check_metric_values(metric: Metric, values: object) -> jax.Array:
    """What a metric returned, as one number for each model; raises if it is anything else."""
    if isinstance(values, jax.Array) and values.ndim == 1:
        return values
    name, shape = getattr(metric, "__name__", repr(metric)), getattr(values, "shape", None)
    got = f"the metric {name}, which returned "
    got += f"type {type(values).__name__}" if shape is None else f"shape {shape[1:]} for each model"
    raise ValueError(error_message(got, "a scalar", "Average over the examples: jnp.mean(...)."))
