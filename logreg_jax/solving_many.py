"""Many problems at once, such as targets or folds, that do not help each other."""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from ._axes import Inputs, axes_of, count_models, select
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
    inputs = Inputs(model, solver, params, None, jax.tree.map(jnp.asarray, data), None)
    axes = axes_of(inputs)
    models = count_models(inputs, axes)
    first = select(inputs, axes, 0)
    check_batch(first.model, first.params, first.data, values=False)
    check_suited(model, solver)
    check_positive("tol", tol)
    if check_values:
        check_batch_values(model, inputs.data, params.bias.shape[-1])
    inputs = inputs._replace(data=_alike(model, inputs.data))
    return _in_rounds(inputs, models, jnp.asarray(tol, params.weights.dtype), max_steps)


def _alike(model: Model, data: Batch) -> Batch:
    """Weights and real targets in the dtype of x, as `solve` has them."""
    x, y, weight = data
    y = y.astype(x.dtype) if model.target == "continuous" else y
    return Batch(x, y, None if weight is None else weight.astype(x.dtype))


def _in_rounds(inputs: Inputs, models: int, tol: Array, max_steps: int) -> Solution:
    scales, run = _start_many(inputs)
    solution, live, steps = None, np.arange(models), 0
    while True:
        steps = min(steps + ROUND, max_steps)
        run = _advance_many(inputs, scales, run, tol, steps)
        # A model may be there twice, to fill the places up; it is looked at once.
        places = np.unique(live, return_index=True)[1]
        going = places[np.asarray(run.status)[places] == RUNNING]
        ended = len(going) == 0 or steps == max_steps
        size = len(live)
        while size > 1 and (size + 1) // 2 >= len(going):
            size = (size + 1) // 2
        if not ended and size == len(live):
            continue
        found = _finish_many(inputs, scales, run)
        solution = found if solution is None else _put(solution, found, live)
        if ended:
            return solution
        keep = np.resize(going, size)
        inputs, scales, run = _take(inputs, scales, run, keep)
        live = live[keep]


@jax.jit
def _start_many(inputs: Inputs) -> tuple[Scales, Run]:
    def one(given: Inputs):
        problem, run = start(given.model, given.solver, given.params, given.data)
        return problem.scales, run

    return jax.vmap(one, (axes_of(inputs),))(inputs)


@jax.jit
def _advance_many(inputs: Inputs, scales: Scales, run: Run, tol: Array, limit) -> Run:
    def one(given: Inputs, scales, run):
        problem = make_problem(given.model, given.params, given.data, scales)
        return advance(problem, given.solver, run, tol=tol, limit=limit)

    return jax.vmap(one, (axes_of(inputs), 0, 0))(inputs, scales, run)


@jax.jit
def _finish_many(inputs: Inputs, scales: Scales, run: Run) -> Solution:
    def one(given: Inputs, scales, run):
        return finish(make_problem(given.model, given.params, given.data, scales), run)

    return jax.vmap(one, (axes_of(inputs), 0, 0))(inputs, scales, run)


@jax.jit
def _take(inputs: Inputs, scales: Scales, run: Run, places: Array) -> tuple[Inputs, Scales, Run]:
    scales, run = jax.tree.map(lambda array: array[places], (scales, run))
    return select(inputs, axes_of(inputs), places), scales, run


@jax.jit
def _put(solution: Solution, found: Solution, places: Array) -> Solution:
    return jax.tree.map(lambda old, new: old.at[places].set(new), solution, found)
