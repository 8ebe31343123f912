"""Many problems at once, such as targets or folds, that do not help each other."""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from ._axes import Inputs, axes_of, count_models
from ._checks import check_batch, check_batch_values, check_positive, check_suited
from ._problem import Scales, make_problem
from ._types import Batch, Params
from .models import Model
from .solvers.base import FullBatchSolver
from .solving import RUNNING, Run, Solution, advance, finish, start

ROUND = 8
"""Steps between two looks at who has converged."""


def solve_many(
    model: Model,
    solver: FullBatchSolver,
    params: Params,
    data: Batch,
    *,
    tol=1e-6,
    max_steps: int = 1000,
    check_values: bool = True,
) -> Solution:
    """Solve for every value of the arrays that have one more leading axis than `solve` takes.

    `data.y` `[models, examples]` are many targets; `data.weight` of zeros and ones `[models, examples]`
    are folds; `replace(model, l2=l2s)` with l2s `[models]` are many penalties, though `solve_path` is
    faster for these. What all models share, x above all, is there once, and their passes over it are
    wide matrix products.

    Every few steps the models that have ended are dropped and the others go on in a program for half
    as many, a quarter and so on: one slow model does not keep the others working. The number of
    compiled programs is at most the logarithm of the number of models. For a single program under
    your own `jit`, or for derivatives, use `jax.vmap` of `solve`.

    Args:
        model: penalties are scalars or `[models]`.
        solver: a full-batch solver; its hyperparameters are scalars or `[models]`.
        params: the start, weights `[outputs, features]` or `[models, outputs, features]`, bias likewise.
        data: x, y and weight as `solve` takes them, or each with `[models]` in front.
        tol: as in `solve`, of each model.
        max_steps: as in `solve`, of each model.
        check_values: as in `solve`.

    Returns:
        `Solution`, with `[models]` in front of every field.

    Raises:
        ValueError, TypeError: as `solve`, and if nothing is swept or the lengths differ.
    """
    arguments = (model, solver, params, jax.tree.map(jnp.asarray, data))
    axes = _axes(arguments)
    models = count_models(_inputs(arguments), axes_of(_inputs(arguments)))
    first = _pick(axes, arguments, 0)
    check_batch(first[0], first[2], first[3], values=False)
    check_suited(model, solver)
    check_positive("tol", tol)
    if check_values:
        check_batch_values(model, arguments[3], params.bias.shape[-1])
    return _in_rounds(arguments, models, jnp.asarray(tol, params.weights.dtype), max_steps)


def _in_rounds(arguments: tuple, models: int, tol: Array, max_steps: int) -> Solution:
    scales, run = _start_many(arguments)
    solution, live, steps = None, np.arange(models), 0
    while True:
        steps = min(steps + ROUND, max_steps)
        run = _advance_many(arguments, scales, run, tol, steps)
        # A model may be there twice, to fill the places up; it is looked at once.
        places = np.unique(live, return_index=True)[1]
        going = places[np.asarray(run.status)[places] == RUNNING]
        ended = len(going) == 0 or steps == max_steps
        size = 0 if ended else 2 ** (len(going) - 1).bit_length()
        if size > len(live) // 2:
            continue
        found = _finish_many(arguments, scales, run)
        solution = found if solution is None else _put(solution, found, live)
        if ended:
            return solution
        keep = np.resize(going, size)
        arguments, scales, run = _take(arguments, scales, run, keep)
        live = live[keep]


def _inputs(arguments: tuple) -> Inputs:
    model, solver, params, data = arguments
    return Inputs(model, solver, params, None, data, None)


def _axes(arguments: tuple) -> tuple:
    """Of model, solver, params and data: 0 where there is one per model, None where all share it."""
    axes = axes_of(_inputs(arguments))
    return axes.model, axes.solver, axes.params, axes.data


def _pick(axes: tuple, arguments: tuple, places) -> tuple:
    return jax.tree.map(
        lambda axis, array: array if axis is None else array[places],
        axes,
        arguments,
        is_leaf=lambda axis: axis is None,
    )


@jax.jit
def _start_many(arguments: tuple) -> tuple[Scales, Run]:
    def one(model, solver, params, data):
        problem, run = start(model, solver, params, data)
        return problem.scales, run

    axes = _axes(arguments)
    return jax.vmap(one, axes)(*arguments)


@jax.jit
def _advance_many(arguments: tuple, scales: Scales, run: Run, tol: Array, limit) -> Run:
    def one(model, solver, params, data, scales, run):
        problem = make_problem(model, params, data, scales)
        return advance(problem, solver, run, tol=tol, limit=limit)

    axes = _axes(arguments)
    return jax.vmap(one, (*axes, 0, 0))(*(*arguments, scales, run))


@jax.jit
def _finish_many(arguments: tuple, scales: Scales, run: Run) -> Solution:
    def one(model, _, params, data, scales, run):
        return finish(make_problem(model, params, data, scales), run)

    axes = _axes(arguments)
    return jax.vmap(one, (*axes, 0, 0))(*(*arguments, scales, run))


@jax.jit
def _take(arguments: tuple, scales: Scales, run: Run, places: Array):
    axes = _axes(arguments)
    scales, run = jax.tree.map(lambda array: array[places], (scales, run))
    return _pick(axes, arguments, places), scales, run


@jax.jit
def _put(solution: Solution, found: Solution, places: Array) -> Solution:
    return jax.tree.map(lambda old, new: old.at[places].set(new), solution, found)
