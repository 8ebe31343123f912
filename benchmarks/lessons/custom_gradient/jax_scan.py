"""JAX with this project's library: a model whose loss is a `jax.custom_vjp`."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import optax

import logreg_jax as lj
from benchmarks.contract import Arrays, Outcome, Runner, Start, Training
from benchmarks.lessons.custom_gradient._scope import unsupported as unsupported
from benchmarks.lessons.custom_gradient.jax_step import cross_entropy

LIBRARY = "jax"
KIND = "training"


def example_losses(scores: jax.Array, y: jax.Array) -> jax.Array:
    # the library takes the mean of the examples' losses, and the mean of n equal numbers is the number
    return jnp.broadcast_to(cross_entropy(scores[:, 0], y), y.shape)


def prepare(task: Training, arrays: Arrays) -> Runner:
    model = replace(lj.logistic, example_loss=example_losses)
    solver = lj.Optax(task.learning_rate, optax.sgd)
    data = lj.Batch(*jax.device_put((arrays.x, arrays.y)))

    def run(start: Start) -> lj.Fit:
        params = lj.Params(*jax.device_put(tuple(start)))
        return jax.block_until_ready(lj.fit_full_batch(model, solver, params, data, arrays.steps))

    def collect(fit: lj.Fit) -> Outcome:
        weights, bias = map(np.asarray, fit.params)
        return Outcome(weights, bias, np.asarray(fit.losses))

    return Runner(run, collect, jax.devices()[0].device_kind)
