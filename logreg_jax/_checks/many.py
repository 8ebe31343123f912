"""The arguments of many fits at once, any of which may have a leading axis of models."""

import jax
import jax.numpy as jnp

from .._engine.axes import Inputs, axes_of, count_models
from .._types import PyTree
from .arrays import as_numbers, put
from .data import check_batch_of_many
from .messages import error_message
from .models import check_model
from .parameters import check_params_of_many
from .penalties import check_penalties
from .plans import check_is_plan, check_plan_values
from .solvers import with_arrays, without_float64
from .values import check_batch_values


def check_many(inputs: Inputs, *, values: bool) -> tuple[Inputs, int]:
    """Arguments of many fits as device arrays; raises if their kind, rank or number does not fit.

    What one model's arguments must be to each other is checked where they are taken apart.

    Args:
        inputs: as the user passed them, with a solver that has been checked.
        values: also check that the data is finite and in range, and the plan inside the data.

    Returns:
        The arguments and the number of models.

    Raises:
        ValueError, TypeError: if something does not fit.
    """
    check_model(inputs.model)
    params = check_params_of_many(inputs.params)
    dtype = params.bias.dtype
    model = check_penalties(inputs.model, dtype)
    solver = without_float64(with_arrays(inputs.solver), dtype)
    data = check_batch_of_many(model, params, inputs.data)
    plan = None if inputs.plan is None else check_is_plan(inputs.plan)
    state = jax.tree.map(_with_models, inputs.state)
    inputs = Inputs(model, solver, params, state, data, plan)
    models = count_models(inputs, axes_of(inputs))
    if values:
        check_batch_values(model, data, params.bias.shape[-1])
        if plan is not None:
            check_plan_values(plan, data.x.shape[-2])
    return inputs, models


def _with_models(leaf: PyTree) -> jax.Array:
    array = put(as_numbers("state", leaf))
    if not jnp.ndim(array):
        remedy = "Pass the state of an earlier sweep, or None."
        raise ValueError(error_message("a state of one model", "one of many models", remedy))
    return array
