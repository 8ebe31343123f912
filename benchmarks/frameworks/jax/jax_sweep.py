"""JAX with this project's library: a sweep is one program, split over the devices."""

from dataclasses import replace
from functools import partial

import jax
import numpy as np
from jax.sharding import Mesh, NamedSharding
from jax.sharding import PartitionSpec as P

import logreg_jax as lj
from benchmarks.contract import Arrays, Outcome, Runner, Start, Sweep
from benchmarks.frameworks.jax._device import device, use_precision
from benchmarks.frameworks.jax.jax_scan import model, solver

LIBRARY = "jax"
KIND = "sweep"


def unsupported(task: Sweep) -> str | None:
    return None


def prepare(task: Sweep, arrays: Arrays) -> Runner:
    use_precision(task)
    mesh = Mesh(np.array(jax.devices()), ("models",))

    def put(array: np.ndarray | None, rank: int) -> jax.Array:
        """An array of this rank is copied to every device; one with a leading axis of models is split."""
        split = array is not None and array.ndim > rank and len(array) % mesh.size == 0
        return jax.device_put(array, NamedSharding(mesh, P("models") if split else P()))

    optimizer = replace(solver(task), learning_rate=put(arrays.learning_rate, 0))
    glm = model(task)
    if arrays.l2 is not None:
        glm = replace(glm, l2=put(arrays.l2, 0))
    data = lj.Batch(put(arrays.x, 2), put(arrays.y, 1), put(arrays.sample_weight, 1))
    plan = put(arrays.plan, 2)
    jax.block_until_ready((glm, optimizer, data, plan))

    def place(start: Start) -> lj.Params:
        return jax.block_until_ready(lj.Params(put(start.weights, 2), put(start.bias, 1)))

    def run(params: lj.Params) -> lj.Sweep:
        if plan is None:
            train = partial(lj.sweep_full_batch, steps=arrays.steps)
        else:
            train = partial(lj.sweep, plan=plan)
        return jax.block_until_ready(train(glm, optimizer, params, data, devices=jax.devices()))

    def collect(swept: lj.Sweep) -> Outcome:
        weights, bias = map(np.asarray, swept.params)
        return Outcome(weights, bias, np.asarray(swept.losses))

    return Runner(run, collect, *device(), place=place)
