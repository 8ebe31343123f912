"""The arguments of one model on one set of examples: of losses, metrics, trainings and solves."""

from typing import TypeVar

import jax
import jax.numpy as jnp
import numpy as np

from .._engine.protocols import FullBatchSolver, Solver
from .._types import Batch, Model, Params, PyTree
from .arrays import HostArray, put
from .data import as_features, check_batch, check_is_batch
from .messages import is_traced
from .models import check_functions, check_model
from .parameters import check_params, check_solvable
from .penalties import check_penalties, check_single_penalties
from .scalars import check_step_limit, check_switch, check_tolerance
from .solvers import (
    check_full_batch_solver,
    check_solver,
    check_state,
    check_supported,
    without_float64,
)
from .values import check_target_values

FullBatch = TypeVar("FullBatch", bound=FullBatchSolver)
Stepping = TypeVar("Stepping", bound=Solver)


def check_examples(model: Model, params: Params, batch: Batch) -> tuple[Params, Batch]:
    """Arguments of a loss or a metric as device arrays: labels and weights are checked, x is not read.

    Args:
        model: as the user passed it.
        params: as the user passed them.
        batch: as the user passed it.

    Returns:
        Parameters and examples.

    Raises:
        ValueError, TypeError: if something does not fit.
    """
    check_model(model)
    params = check_params(params)
    batch = check_batch(model, params, batch, values=False)
    check_functions(model, params, batch)
    check_target_values(model, batch, len(params.bias))
    return params, batch


def check_training(
    model: Model, solver: Stepping, params: Params, data: Batch, state: PyTree, *, values: bool
) -> tuple[Model, Stepping, Params, Batch]:
    """Arguments of a training of one model as device arrays; raises if something does not fit.

    Args:
        model: as the user passed it; likewise the others.
        solver: its hyperparameters.
        params: the start.
        data: all examples.
        state: of an earlier training, or None.
        values: also check that x, y and weights are finite and in range.

    Returns:
        Model, solver, parameters and examples.

    Raises:
        ValueError, TypeError: if something does not fit.
    """
    check_switch("check_values", values)
    check_model(model)
    check_solver(solver)
    params = check_params(params)
    dtype = params.bias.dtype
    model, solver = check_penalties(model, dtype), without_float64(solver, dtype)
    check_single_penalties(model)
    data = check_batch(model, params, data, values=bool(values))
    check_functions(model, params, data)
    if state is not None:
        check_state(solver, params, state)
    return model, solver, params, data


def check_solve(
    model: Model,
    solver: FullBatch,
    params: Params,
    data: Batch,
    tol: object,
    max_steps: object,
    *,
    values: bool,
) -> tuple[Model, FullBatch, Params, Batch, HostArray, jax.Array | np.int32]:
    """Arguments of a solve or a path as device arrays; raises if something does not fit.

    Args:
        model: as the user passed it; likewise the others. Its penalties may be `[values]`.
        solver: a full-batch solver.
        params: the start.
        data: all examples.
        tol: the tolerance.
        max_steps: the step limit.
        values: also check that x, y and weights are finite and in range.

    Returns:
        Model, solver, parameters, examples, tolerance and step limit.

    Raises:
        ValueError, TypeError: if something does not fit.
    """
    check_switch("check_values", values)
    check_model(model)
    check_full_batch_solver(solver)
    params = check_params(params)
    dtype = params.bias.dtype
    check_solvable(dtype)
    check_tolerance(tol)
    limit = check_step_limit(max_steps)
    model, solver = check_penalties(model, dtype), without_float64(solver, dtype)
    check_supported(model, solver)
    data = check_batch(model, params, data, values=bool(values))
    check_functions(model, params, data)
    # A number reaches the program as one of NumPy: an array of JAX would be another dispatch.
    tolerance = jnp.asarray(tol, dtype) if is_traced(tol) else np.asarray(tol, dtype)
    return model, solver, params, data, tolerance, limit


def check_certifiable(model: Model, params: Params, data: Batch) -> tuple[Model, Params, Batch]:
    """Arguments of a certificate, called while 64-bit types are on; raises if something does not fit.

    Args:
        model: as the user passed it; likewise the others.
        params: of any floating dtype, as those of another program may be.
        data: all examples.

    Returns:
        Model, parameters in their own dtype, and examples: x in its own dtype, all else in float64.

    Raises:
        ValueError, TypeError: if something does not fit.
    """
    check_model(model)
    params = check_params(params)
    model = check_penalties(model, jnp.dtype("float64"))
    check_single_penalties(model)
    check_is_batch(data)
    x = as_features(data.x)
    same_dtype = Params(*(put(leaf, x.dtype) for leaf in params))
    batch = check_batch(model, same_dtype, data, values=True, dtype=np.dtype("float64"))
    check_functions(model, params, batch)
    return model, params, batch
