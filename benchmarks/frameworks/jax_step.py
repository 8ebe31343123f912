"""JAX as most tutorials write it: one jitted step, called from a Python loop."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax

from benchmarks.frameworks._jax import device, undivided_cross_entropy, use_precision
from benchmarks.spec import ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON, Outcome, Problem, Runner, Task

LIBRARY = "jax"
KIND = "training"


def unsupported(task: Task) -> str | None:
    return None


def make_optimizer(task: Task) -> optax.GradientTransformation:
    if task.optimizer == "adam":
        return optax.adam(task.learning_rate, ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON)
    return optax.sgd(task.learning_rate, momentum=task.momentum or None)


def mean_loss(task: Task, params: dict, x: jax.Array, y: jax.Array) -> jax.Array:
    scores = x @ params["weights"].T + params["bias"]
    if task.gradient == "sum":
        return undivided_cross_entropy(scores[:, 0], y)
    if task.model == "linear":
        return jnp.mean(jnp.square(scores[:, 0] - y))
    if task.model == "logistic":
        return jnp.mean(jax.nn.softplus(scores[:, 0]) - y * scores[:, 0])
    return jnp.mean(optax.softmax_cross_entropy_with_integer_labels(scores, y))


def prepare(task: Task, problem: Problem) -> Runner:
    use_precision(task)
    optimizer = make_optimizer(task)
    start = {"weights": problem.weights, "bias": problem.bias}
    batches = None if problem.plan is None else problem.batches()
    # jnp.asarray would compile a program for every shape
    start, x, y, batches = jax.block_until_ready(
        jax.device_put((start, problem.x, problem.y, batches))
    )

    @jax.jit
    def train_step(params, state, x, y, rows):
        if rows is not None:
            # gathering inside the compiled step saves a launch of its own
            x, y = x[rows], y[rows]
        loss, gradient = jax.value_and_grad(partial(mean_loss, task))(params, x, y)
        updates, state = optimizer.update(gradient, state, params)
        return optax.apply_updates(params, updates), state, loss

    def run():
        params, state, losses = start, optimizer.init(start), []
        for rows in batches if batches is not None else [None] * problem.steps:
            params, state, loss = train_step(params, state, x, y, rows)
            losses.append(loss)  # a future: the loop runs ahead of the device
        return jax.block_until_ready((params, losses))

    def collect(raw) -> Outcome:
        params, losses = raw
        weights, bias = np.asarray(params["weights"]), np.asarray(params["bias"])
        return Outcome(weights, bias, np.array(jax.device_get(losses)))

    return Runner(run, collect, *device())
