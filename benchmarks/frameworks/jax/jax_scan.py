"""JAX with this project's library: the whole training is one compiled program."""

import jax
import numpy as np
import optax

import logreg_jax as lj
from benchmarks.contract import (
    ADAM_BETA1,
    ADAM_BETA2,
    ADAM_EPSILON,
    Arrays,
    Outcome,
    Runner,
    Start,
    Training,
)
from benchmarks.frameworks.jax._device import device, on_device, use_precision

LIBRARY = "jax"
KIND = "training"


def unsupported(task: Training) -> str | None:
    return None


def solver(task: Training) -> lj.Optax:
    if task.optimizer == "adam":
        betas = {"b1": ADAM_BETA1, "b2": ADAM_BETA2, "eps": ADAM_EPSILON}
        return lj.Optax(task.learning_rate, optax.adam, betas)
    momentum = {"momentum": task.momentum} if task.momentum else {}
    return lj.Optax(task.learning_rate, optax.sgd, momentum)


def model(task: Training) -> lj.Model:
    return {"linear": lj.linear, "logistic": lj.logistic, "softmax": lj.softmax}[task.model]


def prepare(task: Training, arrays: Arrays) -> Runner:
    use_precision(task)
    glm, optimizer = model(task), solver(task)
    # jnp.asarray would compile a program for each shape: 65 ms for five arrays
    x, y, plan = jax.block_until_ready(jax.device_put((arrays.x, arrays.y, arrays.plan)))
    data = lj.Batch(x, y)

    def run(params: lj.Params) -> lj.Fit:
        if plan is None:
            fit = lj.fit_full_batch(glm, optimizer, params, data, arrays.steps)
        else:
            fit = lj.fit(glm, optimizer, params, data, plan)
        return jax.block_until_ready(fit)

    def collect(fit: lj.Fit) -> Outcome:
        weights, bias = map(np.asarray, fit.params)
        return Outcome(weights, bias, np.asarray(fit.losses))

    return Runner(run, collect, *device(), place=params_on_device)


def params_on_device(start: Start) -> lj.Params:
    return lj.Params(*on_device(start))
