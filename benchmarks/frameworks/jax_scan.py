"""JAX as this project means it: the whole training is one compiled program."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import optax

import logreg_jax as lj
from benchmarks.frameworks._jax import device, undivided_cross_entropy, use_precision
from benchmarks.spec import ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON, Outcome, Problem, Runner, Task

LIBRARY = "jax"
KIND = "training"


def unsupported(task: Task) -> str | None:
    return None


def solver(task: Task) -> lj.Optax:
    if task.optimizer == "adam":
        betas = {"b1": ADAM_BETA1, "b2": ADAM_BETA2, "eps": ADAM_EPSILON}
        return lj.Optax(task.learning_rate, optax.adam, betas)
    momentum = {"momentum": task.momentum} if task.momentum else {}
    return lj.Optax(task.learning_rate, optax.sgd, momentum)


def model(task: Task) -> lj.Model:
    if task.gradient == "sum":
        return replace(lj.logistic, example_loss=undivided_losses)
    return {"linear": lj.linear, "logistic": lj.logistic, "softmax": lj.softmax}[task.model]


def undivided_losses(scores: jax.Array, y: jax.Array) -> jax.Array:
    # the library takes the mean of what it gets, and the mean of n equal numbers is the number
    return jnp.broadcast_to(undivided_cross_entropy(scores[:, 0], y), y.shape)


def prepare(task: Task, problem: Problem) -> Runner:
    use_precision(task)
    glm, optimizer = model(task), solver(task)
    given = (lj.Params(problem.weights, problem.bias), lj.Batch(problem.x, problem.y), problem.plan)
    # jnp.asarray would compile a program for every shape, 65 ms for five arrays.
    params, data, plan = jax.block_until_ready(jax.device_put(given))

    def run() -> lj.Fit:
        # The data was checked when the problem was built; looking again would be a pass over it.
        if plan is None:
            steps = problem.steps
            fit = lj.fit_full_batch(glm, optimizer, params, data, steps, check_values=False)
        else:
            fit = lj.fit(glm, optimizer, params, data, plan, check_values=False)
        return jax.block_until_ready(fit)

    def collect(fit: lj.Fit) -> Outcome:
        return Outcome(*map(np.asarray, fit.params), np.asarray(fit.losses))

    return Runner(run, collect, *device())
