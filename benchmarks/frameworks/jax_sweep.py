"""JAX as this project means it: all models of a sweep are one compiled program."""

from dataclasses import replace

import jax
import numpy as np

import logreg_jax as lj
from benchmarks.frameworks._jax import device, use_precision
from benchmarks.frameworks.jax_scan import model, solver
from benchmarks.spec import Outcome, Problem, Runner, Task

LIBRARY = "jax"
KIND = "sweep"


def unsupported(task: Task) -> str | None:
    return None


def prepare(task: Task, problem: Problem) -> Runner:
    use_precision(task)
    glm = model(task) if problem.l2 is None else replace(model(task), l2=problem.l2)
    optimizer = replace(solver(task), learning_rate=problem.learning_rate)
    given = (
        glm,
        optimizer,
        lj.Params(problem.weights, problem.bias),
        lj.Batch(problem.x, problem.y, problem.weight),
        problem.plan,
    )
    *common, plan = jax.block_until_ready(jax.device_put(given))

    def run() -> lj.Sweep:
        # The data was checked when the problem was built; looking again would be a pass over it.
        if plan is None:
            swept = lj.sweep_full_batch(*common, problem.steps, check_values=False)
        else:
            swept = lj.sweep(*common, plan, check_values=False)
        return jax.block_until_ready(swept)

    def collect(swept: lj.Sweep) -> Outcome:
        return Outcome(*map(np.asarray, swept.params), np.asarray(swept.losses))

    return Runner(run, collect, *device())
