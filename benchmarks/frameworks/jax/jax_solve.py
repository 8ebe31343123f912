"""JAX with this project's library: one solve, many at once, or the paths of all folds."""

from dataclasses import replace
from functools import partial
from typing import Any

import jax
import numpy as np

import logreg_jax as lj
from benchmarks.contract import Arrays, Outcome, Runner, Solve
from benchmarks.frameworks.jax import _solve
from benchmarks.frameworks.jax._device import device

LIBRARY = "jax"
KIND = "solve"


def unsupported(task: Solve) -> str | None:
    return None


def prepare(task: Solve, arrays: Arrays) -> Runner:
    params = lj.Params(arrays.weights, arrays.bias)
    given = (_solve.model(task, arrays), _solve.solver(task, arrays), params)
    *common, data = jax.block_until_ready(jax.device_put((*given, _solve.data(arrays))))
    solve = lj.solve
    if "fold" in task.sweep:
        solve = partial(paths, len(task.sweep["fold"]))
    elif task.sweep:
        solve = lj.solve_many

    def run(tol: float) -> lj.Params:
        # the values were checked when the arrays were built; a second check would be a pass over them
        solution = solve(*common, data, tol=tol, max_steps=10_000, check_values=False)
        return jax.block_until_ready(solution.params)

    def collect(params: lj.Params) -> Outcome:
        return Outcome(*map(np.asarray, params))

    return Runner(run, collect, *device())


@partial(jax.jit, static_argnums=0, static_argnames=("max_steps", "check_values"))
def paths(
    folds: int,
    model: lj.Model,
    solver: lj.FullBatchSolver,
    params: lj.Params,
    data: lj.Batch,
    *,
    tol: float,
    **settings: Any,
) -> lj.Solution:
    """The path of each fold. In the models' order, given and returned, the fold varies fastest."""

    def path(l2: jax.Array, sample_weight: jax.Array) -> lj.Solution:
        fold = lj.Batch(data.x, data.y, sample_weight)
        return lj.solve_path(replace(model, l2=l2), solver, params, fold, tol=tol, **settings)

    # [values, folds]: the penalty of a fold depends on its number of examples
    _, _, sample_weight = data
    solutions = jax.vmap(path, (1, 0), out_axes=1)(
        model.l2.reshape(-1, folds), sample_weight[:folds]
    )
    return jax.tree.map(lambda a: a.reshape(-1, *a.shape[2:]), solutions)
