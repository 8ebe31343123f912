"""JAX as this project means it: `solve`, and all models of a path or of many targets at once."""

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
    given = (_jax_solve.model(task, problem), _jax_solve.solver(task), params)
    *common, data = jax.block_until_ready(jax.device_put((*given, _jax_solve.data(problem))))
    solve = lj.solve_many if task.sweep else lj.solve

    def run(tol: float) -> lj.Params:
        # The data was checked when the problem was built; looking again would be a pass over it.
        solution = solve(*common, data, tol=tol, max_steps=10_000, check_values=False)
        return jax.block_until_ready(solution.params)

    def collect(params: lj.Params) -> Outcome:
        return Outcome(*map(np.asarray, params), losses=None)

    return Runner(run, collect, *device())
