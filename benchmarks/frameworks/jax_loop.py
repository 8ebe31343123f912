"""JAX as most people sweep: a Python loop over compiled fits of one model."""

from dataclasses import replace

import jax
import jax.numpy as jnp
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
    params = lj.Params(jnp.asarray(problem.weights), jnp.asarray(problem.bias))
    shared = jnp.asarray(problem.x) if problem.x.ndim == 2 else None
    plan = None if problem.plan is None else jnp.asarray(problem.plan)
    fits = []
    for i, rate in enumerate(problem.learning_rate):
        x = shared if problem.x.ndim == 2 else jnp.asarray(problem.x[i])
        y = jnp.asarray(problem.y if problem.y.ndim == 1 else problem.y[i])
        weight = None if problem.weight is None else jnp.asarray(problem.weight[i])
        glm = model(task) if problem.l2 is None else replace(model(task), l2=problem.l2[i])
        fits.append((glm, replace(solver(task), learning_rate=rate), lj.Batch(x, y, weight)))
    jax.block_until_ready((params, plan, fits))

    def fit(glm: lj.Model, optimizer: lj.Optax, data: lj.Batch) -> lj.Fit:
        if plan is None:
            steps = problem.steps
            return lj.fit_full_batch(glm, optimizer, params, data, steps, check_values=False)
        return lj.fit(glm, optimizer, params, data, plan, check_values=False)

    def run() -> list[lj.Fit]:
        # the fits are futures: the loop runs ahead of the device
        return jax.block_until_ready([fit(*arguments) for arguments in fits])

    def collect(raw: list[lj.Fit]) -> Outcome:
        weights, bias = (np.stack(parts) for parts in zip(*(f.params for f in raw), strict=True))
        return Outcome(weights, bias, np.stack([f.losses for f in raw]))

    return Runner(run, collect, *device())
