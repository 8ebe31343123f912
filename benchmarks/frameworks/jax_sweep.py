"""JAX as this project means it: all models of a sweep are one program, and each device trains its part."""

from dataclasses import replace

import jax
import numpy as np
from jax.sharding import Mesh, NamedSharding
from jax.sharding import PartitionSpec as P

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
    mesh = Mesh(np.array(jax.devices()), ("models",))

    def put(array, rank: int):
        """What the models share, of this rank, is on every device; else each has that of its models."""
        own = np.ndim(array) > rank and len(array) % mesh.size == 0
        return jax.device_put(array, NamedSharding(mesh, P("models") if own else P()))

    optimizer = replace(solver(task), learning_rate=put(problem.learning_rate, 0))
    glm = model(task)
    if problem.l2 is not None:
        glm = replace(glm, l2=put(problem.l2, 0))
    params = lj.Params(put(problem.weights, 2), put(problem.bias, 1))
    data = lj.Batch(put(problem.x, 2), put(problem.y, 1), put(problem.weight, 1))
    plan = put(problem.plan, 2)
    common = jax.block_until_ready((glm, optimizer, params, data))

    def run() -> lj.Sweep:
        # The data was checked when the problem was built; looking again would be a pass over it.
        settings = {"check_values": False, "devices": jax.devices()}
        if plan is None:
            swept = lj.sweep_full_batch(*common, problem.steps, **settings)
        else:
            swept = lj.sweep(*common, plan, **settings)
        return jax.block_until_ready(swept)

    def collect(swept: lj.Sweep) -> Outcome:
        return Outcome(*map(np.asarray, swept.params), np.asarray(swept.losses))

    return Runner(run, collect, *device())
