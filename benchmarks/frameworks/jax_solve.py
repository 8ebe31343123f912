"""JAX as this project means it: `solve`, the path of all folds as one program, many targets at once."""

from dataclasses import replace
from functools import partial

import jax
import numpy as np

import logreg_jax as lj
from benchmarks.frameworks import _jax_solve
from benchmarks.frameworks._jax import device
from benchmarks.solve_spec import SolveTask
from benchmarks.spec import Outcome, Problem, Runner

LIBRARY = "jax"
KIND = "solve"


def unsupported(task: SolveTask) -> str | None:
    return None


def prepare(task: SolveTask, problem: Problem) -> Runner:
    params = lj.Params(problem.weights, problem.bias)
    given = (_jax_solve.model(task, problem), _jax_solve.solver(task, problem), params)
    *common, data = jax.block_until_ready(jax.device_put((*given, _jax_solve.data(problem))))
    solve = lj.solve
    if "fold" in task.sweep:
        solve = partial(paths, len(task.sweep["fold"]))
    elif task.sweep:
        solve = lj.solve_many

    def run(tol: float) -> lj.Params:
        # The data was checked when the problem was built; looking again would be a pass over it.
        solution = solve(*common, data, tol=tol, max_steps=10_000, check_values=False)
        return jax.block_until_ready(solution.params)

    def collect(params: lj.Params) -> Outcome:
        return Outcome(*map(np.asarray, params), losses=None)

    return Runner(run, collect, *device())


@partial(jax.jit, static_argnums=0, static_argnames=("max_steps", "check_values"))
def paths(folds: int, model, solver, params, data, *, tol, **settings) -> lj.Solution:
    """The path of each fold; the models come with the folds next to each other, and go so, too."""

    def path(l2: jax.Array, weight: jax.Array) -> lj.Solution:
        fold = data._replace(weight=weight)
        return lj.solve_path(replace(model, l2=l2), solver, params, fold, tol=tol, **settings)

    # [values, folds]: a fold's penalty is that of its own number of examples
    found = jax.vmap(path, (1, 0), out_axes=1)(model.l2.reshape(-1, folds), data.weight[:folds])
    return jax.tree.map(lambda a: a.reshape(-1, *a.shape[2:]), found)
