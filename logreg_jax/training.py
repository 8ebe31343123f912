"""Training runs as single compiled programs: the only `scan` of the library."""

from functools import partial
from typing import Any

import jax
from jaxtyping import Array, Int, Scalar

from ._checks import check_batch, check_plan, check_size, check_solver
from ._objective import batch_loss, by_columns, full_batch_loss
from ._types import Batch, Fit, Params
from .models import Model, loss, without_zero_penalties
from .solvers.base import Solver


def step(
    model: Model, solver: Solver, params: Params, state: Any, batch: Batch
) -> tuple[Params, Any, Scalar]:
    """One step of the solver on one batch. A plain function: jit it where you call it.

    Args:
        model: the model whose loss is decreased.
        solver: any `Solver`, for example `Optax(0.1, optax.sgd)`.
        params: weights `[outputs, features]`, bias `[outputs]`.
        state: from `solver.init(params)` or the previous step.
        batch: the examples of this step.

    Returns:
        The new parameters, the new state, and the batch's loss BEFORE the step.
    """
    return solver.step(partial(loss, model), params, state, batch)


def fit(
    model: Model,
    solver: Solver,
    params: Params,
    data: Batch,
    plan,
    *,
    state: Any = None,
    check_values: bool = True,
) -> Fit:
    """Train along a batch order, as one compiled program.

    A new penalty, learning rate or other hyperparameter, new data or a new plan of the same shape
    compiles nothing; but the first penalty after none does.

    Args:
        model: `linear`, `logistic`, `softmax` or a model of your own.
        solver: any `Solver`, for example `Optax(1e-3, optax.adam)`.
        params: the start, for example `init(num_features, num_outputs)`.
        data: all examples: x `[examples, features]` in the dtype of the parameters, y
            `[examples]`, sample weights `[examples]` or None.
        plan: indices of the examples of each step, integers `[steps, batch]`, where -1 is an empty
            place; from `epoch_plan`.
        state: solver state to continue from; a fresh one if None.
        check_values: look for labels out of range, NaN or infinite numbers and indices outside the
            data before training (one pass over the data; not possible under your own `jit`).

    Returns:
        `Fit`: the last parameters, the last state, and the loss of each batch before its step.
        A run that diverges returns NaN losses; it does not raise.

    Raises:
        ValueError, TypeError: if data, parameters and plan do not fit each other or the model.
    """
    data = check_batch(model, params, data, values=check_values)
    plan = check_plan(plan, len(data.y), values=check_values)
    check_solver(solver)
    model = without_zero_penalties(model)
    return _train(model, solver, params, state, data, plan, None)


def fit_full_batch(
    model: Model,
    solver: Solver,
    params: Params,
    data: Batch,
    steps: int,
    *,
    state: Any = None,
    check_values: bool = True,
) -> Fit:
    """Train with all examples in every step, as one compiled program.

    Gives what `fit` gives along `full_batch_plan(len(y), steps)`, without gathering the rows of x. An x
    of up to 512 KiB and 32 features is copied once, column by column.

    Args:
        model: `linear`, `logistic`, `softmax` or a model of your own.
        solver: any `Solver`.
        params: the start.
        data: all examples.
        steps: number of steps; another number compiles anew.
        state: solver state to continue from; a fresh one if None.
        check_values: as in `fit`.

    Returns:
        `Fit`, with losses `[steps]`.

    Raises:
        ValueError, TypeError: if data and parameters do not fit each other or the model.
    """
    check_size("steps", steps)
    data = check_batch(model, params, data, values=check_values)
    check_solver(solver)
    model = without_zero_penalties(model)
    return _train(model, solver, params, state, data, None, int(steps))


def train(
    model: Model,
    solver: Solver,
    params: Params,
    state: Any,
    data: Batch,
    plan: Int[Array, "steps batch"] | None,
    steps: int | None,
) -> Fit:
    """The whole run, to be traced: along a plan, or `steps` times over all examples if that is None.

    Args:
        model, solver, params, data: as in `fit`, checked.
        state: solver state to continue from; a fresh one if None.
        plan: integers `[steps, batch]`, or None.
        steps: None with a plan.
    """
    if state is None:
        # Traced with the rest: run eagerly, `init` would be launches of its own before the program.
        state = solver.init(params)

    all_examples, gathered = partial(full_batch_loss, model), partial(batch_loss, model)
    columns = by_columns(params, data.x) if plan is None else None

    def one_step(carry, indices):
        if indices is None:
            # Transposed here and not outside: what goes into the loop is laid out by rows.
            batch = data if columns is None else data._replace(x=columns.T)
            new_params, new_state, value = solver.step(all_examples, *carry, batch)
        else:
            new_params, new_state, value = solver.step(gathered, *carry, _take(data, indices))
        return (new_params, new_state), value

    (params, state), losses = jax.lax.scan(one_step, (params, state), plan, length=steps)
    return Fit(params, state, losses)


_train = jax.jit(train, static_argnames="steps")


def _take(data: Batch, indices: Int[Array, " batch"]) -> Batch:
    # Index -1 marks an empty place: it reads the last row, and weight zero takes it out again. The
    # weights of a full batch are all one; their sum costs nothing measurable beside the gather.
    weight = (indices >= 0).astype(data.x.dtype)
    if data.weight is not None:
        weight = weight * data.weight[indices]
    return Batch(data.x[indices], data.y[indices], weight)
