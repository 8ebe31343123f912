"""Flax NNX in the style of its guides: a module, an optimizer, and a jitted training step on both."""

from typing import Any

import jax
import numpy as np
import optax
from flax import nnx

from benchmarks.contract import Arrays, Outcome, Runner, Start, Training
from benchmarks.frameworks.jax._device import device, on_device, use_precision
from benchmarks.frameworks.jax.jax_step import make_optimizer

LIBRARY = "jax"  # Flax is a way to write JAX, so it is no rival of it
KIND = "training"
SLOW_START = "a run takes ten times as long as that of JAX alone"


def unsupported(task: Training) -> str | None:
    return None


def loss_of_scores(model: str, scores: jax.Array, y: jax.Array) -> jax.Array:
    # with optax's functions, as in the guides; `jax_step` has the formulas
    if model == "linear":
        return optax.squared_error(scores[:, 0], y).mean()
    if model == "logistic":
        return optax.sigmoid_binary_cross_entropy(scores[:, 0], y).mean()
    return optax.softmax_cross_entropy_with_integer_labels(scores, y).mean()


def prepare(task: Training, arrays: Arrays) -> Runner:
    use_precision(task)
    rows_of_steps = None if arrays.plan is None else arrays.batches()
    # jnp.asarray would compile a program for each shape
    x, y, batches = jax.block_until_ready(jax.device_put((arrays.x, arrays.y, rows_of_steps)))

    def train_step(
        module: nnx.Linear,
        optimizer: nnx.Optimizer[nnx.Linear],
        x: jax.Array,
        y: jax.Array,
        rows: jax.Array | None,
    ) -> jax.Array:
        if rows is not None:
            x, y = x[rows], y[rows]
        loss_of = lambda module: loss_of_scores(task.model, module(x), y)
        loss, gradients = nnx.value_and_grad(loss_of)(module)
        optimizer.update(module, gradients)  # in place, as always in NNX
        return loss

    jitted = nnx.jit(train_step)
    # Made once: `jit` compares its functions, and new ones would be compiled again.
    transformation = make_optimizer(task)

    def run(
        start: tuple[jax.Array, jax.Array],
    ) -> tuple[jax.Array, jax.Array, list[jax.Array]]:
        kernel, bias = start
        module = nnx.Linear(*kernel.shape, rngs=nnx.Rngs(0))
        assert module.bias is not None
        module.kernel[...], module.bias[...] = kernel, bias
        optimizer = nnx.Optimizer(module, transformation, wrt=nnx.Param)
        # the guides' advice for small models: traverse the object graph once, not on every call
        step = nnx.cached_partial(jitted, module, optimizer)
        losses = [
            step(x, y, rows) for rows in (batches if batches is not None else [None] * arrays.steps)
        ]
        return jax.block_until_ready((module.kernel[...], module.bias[...], losses))

    def collect(raw: Any) -> Outcome:
        kernel, bias, losses = raw
        return Outcome(np.asarray(kernel).T, np.asarray(bias), np.array(jax.device_get(losses)))

    # Flax keeps the transpose of the weights
    place = lambda start: on_device(Start(start.weights.T, start.bias))
    return Runner(run, collect, *device(), place=place)
