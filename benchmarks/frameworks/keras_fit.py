"""Keras as everybody starts with it: a model, `compile`, `fit`."""

import keras

from benchmarks.frameworks._keras_optimizers import make_optimizer
from benchmarks.frameworks._tensorflow import device, make_batches
from benchmarks.spec import Outcome, Problem, Runner, Task

LIBRARY = "tensorflow"


def unsupported(task: Task) -> str | None:
    return None


def make_loss(model: str) -> keras.losses.Loss:
    if model == "linear":
        return keras.losses.MeanSquaredError()
    if model == "logistic":
        return keras.losses.BinaryCrossentropy(from_logits=True)
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def prepare(task: Task, problem: Problem) -> Runner:
    outputs, features = problem.weights.shape
    model = keras.Sequential([keras.Input((features,)), keras.layers.Dense(outputs)])
    optimizer = make_optimizer(task)
    optimizer.build(model.trainable_variables)
    fresh = [v.numpy() for v in optimizer.variables]
    # Several steps per call of the compiled function, Keras' own remedy for small models.
    model.compile(optimizer, make_loss(task.model), steps_per_execution=min(problem.steps, 100))
    batches = make_batches(problem)

    def run():
        model.set_weights([problem.weights.T, problem.bias])
        for variable, value in zip(optimizer.variables, fresh, strict=True):
            variable.assign(value)
        # The plan holds the shuffled epochs one after another: to `fit` it is one epoch of batches.
        model.fit(batches, verbose=0, shuffle=False)
        kernel, bias = model.get_weights()
        return kernel, bias

    def collect(raw) -> Outcome:
        kernel, bias = raw
        # `fit` reports a running mean of the losses, not the loss of each step
        return Outcome(kernel.T, bias, None)

    return Runner(run, collect, *device())
