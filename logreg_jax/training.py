"""Training on batches or on all examples, as single compiled programs."""

from functools import partial

from jaxtyping import Scalar

from ._checks.examples import check_training
from ._checks.models import check_model
from ._checks.parameters import check_params
from ._checks.plans import check_plan
from ._checks.scalars import check_size
from ._checks.solvers import check_solver, check_state, without_float64
from ._engine.penalties import without_zero_penalties
from ._engine.protocols import Solver
from ._engine.scan import compiled_train
from ._types import ArrayInput, Batch, Fit, Model, Params, PyTree
from .models import loss


def step(
    model: Model, solver: Solver, params: Params, state: PyTree, batch: Batch
) -> tuple[Params, PyTree, Scalar]:
    """One step of the solver on one batch. A plain function: jit it where you call it.

    Under `jit` everything is checked while tracing, and nothing in a compiled step: shapes, dtypes and the
    structure of the state, but no values. Without `jit` labels and sample weights are checked, too; x is
    not read.

    Args:
        model: the model whose loss is decreased.
        solver: any `Solver`, for example `Optax(0.1, optax.sgd)`.
        params: weights `[outputs, features]`, bias `[outputs]`.
        state: from `solver.init(params)` or the previous step.
        batch: x `[examples, features]`, y `[examples]`, weight `[examples]` or None.

    Returns:
        The new parameters, the new state, and the batch's loss BEFORE the step.

    Raises:
        ValueError: if a shape does not fit, a label is out of range, a sample weight is negative, or a
            penalty is negative or not finite.
        TypeError: if a dtype does not fit, the solver cannot train on batches, or the state is that of
            another solver.
    """
    check_model(model)
    check_solver(solver)
    params = check_params(params)
    solver = without_float64(solver, params.bias.dtype)
    check_state(solver, params, state)
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
            data before training (one pass over the data; arrays that your own `jit` traces are not
            checked, those that it closes over are).

    Returns:
        `Fit`: the last parameters, the last state, and the loss of each batch before its step,
        `[steps]`. A run that diverges returns NaN losses; it does not raise.

    Raises:
        ValueError: if shapes or values of data, parameters, state and plan do not fit, or a penalty is
            negative or not finite.
        TypeError: if a dtype does not fit, the solver cannot train on batches, or the state is that of
            another solver.
    """
    checked = check_training(model, solver, params, data, state, values=check_values)
    model, solver, params, data = checked
    indices = check_plan(plan, len(data.y), values=check_values)
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
    x. On a CPU, an x of up to 128 KiB and 32 features is copied once, column by column.

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
        ValueError: as in `fit`, and if `steps` is not positive.
        TypeError: as in `fit`, and if `steps` is not an integer.
    """
    check_size("steps", steps)
    checked = check_training(model, solver, params, data, state, values=check_values)
    model, solver, params, data = checked
    model = without_zero_penalties(model)
    return compiled_train(model, solver, params, state, data, None, int(steps))
