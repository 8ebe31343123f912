"""Flax NNX as its guides write it: a module, an optimizer, and a jitted train step on both."""

import jax
import numpy as np
import optax
from flax import nnx

from benchmarks.frameworks._jax import device, use_precision
from benchmarks.spec import ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON, Outcome, Problem, Runner, Task

LIBRARY = "jax"  # Flax is a way to write JAX, so the two are not rivals
KIND = "training"


def unsupported(task: Task) -> str | None:
    if task.gradient == "sum":
        return "the hand-written gradient is jax.custom_vjp's, shown in jax_step and jax_scan"
    return None


def make_optimizer(task: Task) -> optax.GradientTransformation:
    if task.optimizer == "adam":
        return optax.adam(task.learning_rate, ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON)
    return optax.sgd(task.learning_rate, momentum=task.momentum or None)


def mean_loss(model: str, scores: jax.Array, y: jax.Array) -> jax.Array:
    if model == "linear":
        return optax.squared_error(scores[:, 0], y).mean()
    if model == "logistic":
        return optax.sigmoid_binary_cross_entropy(scores[:, 0], y).mean()
    return optax.softmax_cross_entropy_with_integer_labels(scores, y).mean()


def prepare(task: Task, problem: Problem) -> Runner:
    use_precision(task)
    batches = None if problem.plan is None else problem.batches()
    # jnp.asarray would compile a program for every shape
    x, y, kernel, bias, batches = jax.block_until_ready(
        jax.device_put((problem.x, problem.y, problem.weights.T, problem.bias, batches))
    )

    def train_step(module: nnx.Linear, optimizer: nnx.Optimizer, x, y, rows):
        if rows is not None:
            x, y = x[rows], y[rows]
        loss_of = lambda module: mean_loss(task.model, module(x), y)
        loss, gradients = nnx.value_and_grad(loss_of)(module)
        optimizer.update(module, gradients)  # in place, as NNX does everything
        return loss

    jitted = nnx.jit(train_step)
    # Made once: its functions are part of what `jit` compares, and new ones would compile anew.
    transformation = make_optimizer(task)

    def run():
        module = nnx.Linear(*kernel.shape, rngs=nnx.Rngs(0))
        module.kernel[...], module.bias[...] = kernel, bias
        optimizer = nnx.Optimizer(module, transformation, wrt=nnx.Param)
        # the guides' advice for small models: walk the object graph once, not on every call
        step = nnx.cached_partial(jitted, module, optimizer)
        losses = [
            step(x, y, rows)
            for rows in (batches if batches is not None else [None] * problem.steps)
        ]
        return jax.block_until_ready((module.kernel[...], module.bias[...], losses))

    def collect(raw) -> Outcome:
        kernel, bias, losses = raw
        return Outcome(np.asarray(kernel).T, np.asarray(bias), np.array(jax.device_get(losses)))

    return Runner(run, collect, *device())
