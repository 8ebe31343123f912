"""Training on batches or on all examples, as single compiled programs."""

from functools import partial

from jaxtyping import Scalar

from ._checks.arguments import check_size, check_solver
from ._checks.data import check_batch
from ._checks.plans import check_plan
from ._engine.penalties import without_zero_penalties
from ._engine.protocols import Solver
from ._engine.scan import compiled_train
from ._types import ArrayInput, Batch, Fit, Model, Params, PyTree
from .models import loss


def step(
    model: Model, solver: Solver, params: Params, state: PyTree, batch: Batch
) -> tuple[Params, PyTree, Scalar]:
    """One step of the solver on one batch. A plain function: jit it where you call it.

    Args:
        model: the model whose loss is decreased.
        solver: any `Solver`, for example `Optax(0.1, optax.sgd)`.
        params: weights `[outputs, features]`, bias `[outputs]`.
        state: from `solver.init(params)` or the previous step.
        batch: x `[examples, features]`, y `[examples]`, weight `[examples]` or None.

    Returns:
        The new parameters, the new state, and the batch's loss BEFORE the step.

    Raises:
        ValueError: if a shape of the batch does not fit.
        TypeError: if a dtype of the batch does not fit.
    """
    return solver.step(partial(loss, model), params, state, batch)


def fit(
    model: Model,
    solver: Solver,
    params: Params,
    data: Batch,
    plan: ArrayInput,
    *,
    state: PyTree = None,
    check_values: bool = True,
) -> Fit:
    """Train along a batch order, as one compiled program.

    New hyperparameters, new data or a new plan of the same shape compile nothing. The exception is a
    penalty that is the number 0: adding one to it, or removing one, compiles once.

    Args:
        model: `linear`, `logistic`, `softmax` or a model of your own.
        solver: any `Solver`, for example `Optax(1e-3, optax.adam)`.
        params: the start, for example `init(num_features, num_outputs)`.
        data: all examples: x `[examples, features]` in the dtype of the parameters, y
            `[examples]`, sample weights `[examples]` or None.
        plan: indices of the examples of each step, integers `[steps, batch]`, where -1 is padding;
            from `epoch_plan`.
        state: solver state to continue from; a new one if None.
        check_values: check for labels out of range, NaN or infinite numbers and indices outside the
            data before training (one pass over the data; not possible under your own `jit`).

    Returns:
        `Fit`: the last parameters, the last state, and the loss of each batch before its step,
        `[steps]`. A run that diverges returns NaN losses; it does not raise.

    Raises:
        ValueError: if shapes or values of data, parameters and plan do not fit.
        TypeError: if a dtype does not fit, or the solver cannot train on batches.
    """
    data = check_batch(model, params, data, values=check_values)
    indices = check_plan(plan, len(data.y), values=check_values)
    check_solver(solver)
    model = without_zero_penalties(model)
    return compiled_train(model, solver, params, state, data, indices, None)


def fit_full_batch(
    model: Model,
    solver: Solver,
    params: Params,
    data: Batch,
    steps: int,
    *,
    state: PyTree = None,
    check_values: bool = True,
) -> Fit:
    """Train with all examples in every step, as one compiled program.

    The result is that of `fit` along `full_batch_plan(len(y), steps)`, without gathering the rows of
    x. On a CPU, an x of up to 512 KiB and 32 features is copied once, column by column.

    Args:
        model: `linear`, `logistic`, `softmax` or a model of your own.
        solver: any `Solver`.
        params: the start, weights `[outputs, features]`, bias `[outputs]`.
        data: all examples, as in `fit`.
        steps: number of steps; another number compiles anew.
        state: solver state to continue from; a new one if None.
        check_values: as in `fit`.

    Returns:
        `Fit`, with losses `[steps]`.

    Raises:
        ValueError: if shapes or values of data and parameters do not fit, or `steps` is not positive.
        TypeError: if a dtype does not fit, or the solver cannot train on batches.
    """
    check_size("steps", steps)
    data = check_batch(model, params, data, values=check_values)
    check_solver(solver)
    model = without_zero_penalties(model)
    return compiled_train(model, solver, params, state, data, None, int(steps))
