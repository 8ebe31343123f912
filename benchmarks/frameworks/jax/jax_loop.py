"""JAX with this project's library: the usual sweep, a Python loop over compiled fits of one model."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np

import logreg_jax as lj
from benchmarks.contract import Arrays, Outcome, Runner, Sweep
from benchmarks.frameworks.jax._device import device, use_precision
from benchmarks.frameworks.jax.jax_scan import model, params_on_device, solver

LIBRARY = "jax"
KIND = "sweep"


def unsupported(task: Sweep) -> str | None:
    return None


def prepare(task: Sweep, arrays: Arrays) -> Runner:
    assert arrays.learning_rate is not None, "a sweep has a learning rate for each model"
    use_precision(task)
    shared = jnp.asarray(arrays.x) if arrays.x.ndim == 2 else None
    plan = None if arrays.plan is None else jnp.asarray(arrays.plan)
    fits = []
    for i, rate in enumerate(arrays.learning_rate):
        x = jnp.asarray(arrays.x[i]) if shared is None else shared
        y = jnp.asarray(arrays.y if arrays.y.ndim == 1 else arrays.y[i])
        sample_weight = (
            None if arrays.sample_weight is None else jnp.asarray(arrays.sample_weight[i])
        )
        glm = model(task) if arrays.l2 is None else replace(model(task), l2=arrays.l2[i])
        optimizer = replace(solver(task), learning_rate=rate)
        fits.append((glm, optimizer, lj.Batch(x, y, sample_weight)))
    jax.block_until_ready((plan, fits))

    def fit(params: lj.Params, glm: lj.Model, optimizer: lj.Optax, data: lj.Batch) -> lj.Fit:
        if plan is None:
            return lj.fit_full_batch(glm, optimizer, params, data, arrays.steps)
        return lj.fit(glm, optimizer, params, data, plan)

    def run(params: lj.Params) -> list[lj.Fit]:
        # the fits are futures: the loop runs ahead of the device
        return jax.block_until_ready([fit(params, *arguments) for arguments in fits])

    def collect(raw: list[lj.Fit]) -> Outcome:
        weights, bias = (np.stack(parts) for parts in zip(*(f.params for f in raw), strict=True))
        return Outcome(weights, bias, np.stack([f.losses for f in raw]))

    return Runner(run, collect, *device(), place=params_on_device)
