"""Many independent problems at once, such as targets or folds."""

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import ArrayLike
from jaxtyping import Array

from ._checks.concrete import check_concrete
from ._checks.data import check_batch
from ._checks.many import check_many
from ._checks.models import check_functions
from ._checks.parameters import check_solvable
from ._checks.scalars import check_count, check_switch, check_tolerance
from ._checks.solvers import check_full_batch_solver, check_supported
from ._engine.axes import Inputs, axes_of, select
from ._engine.centring import centre, move_bias
from ._engine.penalties import without_zero_l1
from ._engine.problem import Problem, Scales, normalized_weight
from ._engine.protocols import FullBatchSolver
from ._engine.run import RUNNING, Run, advance, finish, start
from ._types import Batch, Model, Params, Solution

_STEPS_PER_ROUND = 8
"""Steps after which models that have ended are dropped."""


def solve_many(
    model: Model,
    solver: FullBatchSolver,
    params: Params,
    data: Batch,
    *,
    tol: ArrayLike = 1e-6,
    max_steps: int | Array = 1000,
    check_values: bool = True,
) -> Solution:
    """Solve many problems: any argument with an extra leading axis is batched over.

    `data.y` `[models, examples]` are many targets; `data.weight` of zeros and ones `[models, examples]`
    are folds; `replace(model, l2=l2s)` with l2s `[models]` are many penalties, though `solve_path` is
    faster for these. Arrays that all models share, x above all, are not copied, and all models' passes over
    x are wide matrix products.

    Every few steps the models that have ended are dropped and the others go on in a program for half
    as many, a quarter and so on: the others do not wait for one slow model. The number of
    compiled programs is at most the logarithm of the number of models. For a single program under
    your own `jit`, or for derivatives, use `jax.vmap` of `solve`.

    Args:
        model: penalties are scalars or `[models]`.
        solver: a full-batch solver; its hyperparameters are scalars or `[models]`.
        params: the start, weights `[outputs, features]` or `[models, outputs, features]`, bias
            `[outputs]` or `[models, outputs]`.
        data: x, y and weight as in `solve`, or with a leading axis `[models]` on any of them.
        tol: as in `solve`, of each model.
        max_steps: as in `solve`, of each model.
        check_values: as in `solve`.

    Returns:
        `Solution`, with a leading axis `[models]` on every field.

    Raises:
        ValueError: as in `solve`, and if no argument has an axis of models or their lengths differ.
        TypeError: as in `solve`, and under your own `jit`, `vmap` or `grad`.
    """
    remedy = "Use jax.vmap of solve there."
    check_concrete("solve_many", remedy, model, solver, params, data, tol, max_steps)
    check_switch("check_values", check_values)
    check_tolerance(tol)
    limit = check_count("max_steps", max_steps)
    check_full_batch_solver(solver)
    inputs = Inputs(model, solver, params, None, data, None)
    inputs, models = check_many(inputs, values=check_values)
    dtype = inputs.params.bias.dtype
    check_solvable(dtype)
    check_supported(inputs.model, solver)
    first = select(inputs, axes_of(inputs), 0)
    one = check_batch(first.model, first.params, first.data, values=False)
    check_functions(first.model, first.params, one)
    x, offset = centre(inputs.data.x)
    model = without_zero_l1(inputs.model)
    inputs = inputs._replace(model=model, data=inputs.data._replace(x=x))
    return _solve_in_rounds(inputs, offset, models, jnp.asarray(tol, dtype), limit)


def _solve_in_rounds(
    inputs: Inputs, offset: Array, models: int, tol: Array, max_steps: int
) -> Solution:
    scales, run = _start_many(inputs, offset)
    solution, live, steps = None, np.arange(models), 0
    while True:
        steps = min(steps + _STEPS_PER_ROUND, max_steps)
        run = _advance_many(inputs, scales, run, tol, steps)
        # A model may be repeated to pad the program; its status is read once.
        slots = np.unique(live, return_index=True)[1]
        going = slots[np.asarray(run.status)[slots] == RUNNING]
        ended = len(going) == 0 or steps == max_steps
        size = len(live)
        while size > 1 and (size + 1) // 2 >= len(going):
            size = (size + 1) // 2
        if not ended and size == len(live):
            continue
        found = _finish_many(inputs, scales, run)
        solution = found if solution is None else _update(solution, found, live)
        if ended:
            return solution
        keep = np.resize(going, size)
        inputs, scales, run = _keep(inputs, scales, run, keep)
        live = live[keep]


@jax.jit
def _start_many(inputs: Inputs, offset: Array) -> tuple[Scales, Run]:
    def start_one(one: Inputs, offset: Array) -> tuple[Scales, Run]:
        assert isinstance(one.solver, FullBatchSolver)
        params = move_bias(one.params, offset)
        problem, run = start(one.model, one.solver, params, one.data, offset)
        return problem.scales, run

    axes = axes_of(inputs)
    return jax.vmap(start_one, (axes, axes.data.x))(inputs, offset)


@jax.jit
def _advance_many(inputs: Inputs, scales: Scales, run: Run, tol: Array, limit: int | Array) -> Run:
    def advance_one(one: Inputs, scales: Scales, run: Run) -> Run:
        problem = _prepared(one, scales)
        assert isinstance(one.solver, FullBatchSolver)
        return advance(problem, one.solver, run, tol=tol, limit=limit)

    return jax.vmap(advance_one, (axes_of(inputs), 0, 0))(inputs, scales, run)


@jax.jit
def _finish_many(inputs: Inputs, scales: Scales, run: Run) -> Solution:
    def finish_one(one: Inputs, scales: Scales, run: Run) -> Solution:
        return finish(_prepared(one, scales), run)

    return jax.vmap(finish_one, (axes_of(inputs), 0, 0))(inputs, scales, run)


def _prepared(one: Inputs, scales: Scales) -> Problem:
    weight = normalized_weight(one.data, one.params.weights.dtype)
    return Problem(one.model, one.data, weight, scales)


@jax.jit
def _keep(inputs: Inputs, scales: Scales, run: Run, slots: Array) -> tuple[Inputs, Scales, Run]:
    scales, run = jax.tree.map(lambda array: array[slots], (scales, run))
    return select(inputs, axes_of(inputs), slots), scales, run


@jax.jit
def _update(solution: Solution, found: Solution, models: Array) -> Solution:
    return jax.tree.map(lambda old, new: old.at[models].set(new), solution, found)
