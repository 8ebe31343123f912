"""JAX in the style of most tutorials: one jitted step, called from a Python loop."""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from benchmarks.contract import (
    ADAM_BETA1,
    ADAM_BETA2,
    ADAM_EPSILON,
    Arrays,
    Outcome,
    Runner,
    Training,
)
from benchmarks.frameworks.jax._device import device, on_device, use_precision

LIBRARY = "jax"
KIND = "training"

Params = tuple[jax.Array, jax.Array]


def unsupported(task: Training) -> str | None:
    return None


def make_optimizer(task: Training) -> optax.GradientTransformation:
    if task.optimizer == "adam":
        return optax.adam(task.learning_rate, ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON)
    return optax.sgd(task.learning_rate, momentum=task.momentum or None)


def mean_loss(model: str, params: Params, x: jax.Array, y: jax.Array) -> jax.Array:
    weights, bias = params
    scores = x @ weights.T + bias
    if model == "linear":
        return jnp.mean(jnp.square(scores[:, 0] - y))
    if model == "logistic":
        return jnp.mean(jax.nn.softplus(scores[:, 0]) - y * scores[:, 0])
    return jnp.mean(optax.softmax_cross_entropy_with_integer_labels(scores, y))


def prepare(task: Training, arrays: Arrays) -> Runner:
    use_precision(task)
    optimizer = make_optimizer(task)
    rows_of_steps = None if arrays.plan is None else arrays.batches()
    # jnp.asarray would compile a program for each shape
    x, y, batches = jax.block_until_ready(jax.device_put((arrays.x, arrays.y, rows_of_steps)))

    @jax.jit
    def train_step(
        params: Params, state: optax.OptState, x: jax.Array, y: jax.Array, rows: jax.Array | None
    ) -> tuple[Params, optax.OptState, jax.Array]:
        if rows is not None:
            # gathering inside the compiled step saves a launch
            x, y = x[rows], y[rows]
        loss, gradient = jax.value_and_grad(partial(mean_loss, task.model))(params, x, y)
        updates, state = optimizer.update(gradient, state, params)
        return optax.apply_updates(params, updates), state, loss

    def run(params: Params) -> tuple[Params, list[jax.Array]]:
        state, losses = optimizer.init(params), []
        for rows in batches if batches is not None else [None] * arrays.steps:
            params, state, loss = train_step(params, state, x, y, rows)
            losses.append(loss)  # a future: the loop runs ahead of the device
        return jax.block_until_ready((params, losses))

    def collect(raw: Any) -> Outcome:
        (weights, bias), losses = raw
        return Outcome(np.asarray(weights), np.asarray(bias), np.array(jax.device_get(losses)))

    return Runner(run, collect, *device(), place=on_device)
