"""Keras as everybody starts with it: a model, `compile`, `fit`."""

import keras
import numpy as np

from benchmarks.frameworks._keras_optimizers import make_optimizer
from benchmarks.frameworks._tensorflow import device, make_batches, use_precision
from benchmarks.spec import Outcome, Problem, Runner, Task

LIBRARY = "tensorflow"
KIND = "training"


def unsupported(task: Task) -> str | None:
    if task.gradient == "sum":
        return "the hand-written gradient is tf.custom_gradient's, shown in tf_eager and tf_xla"
    return None


def make_loss(model: str) -> keras.losses.Loss:
    if model == "linear":
        return keras.losses.MeanSquaredError()
    if model == "logistic":
        return keras.losses.BinaryCrossentropy(from_logits=True)
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def prepare(task: Task, problem: Problem) -> Runner:
    use_precision(task)
    outputs, features = problem.weights.shape
    model = keras.Sequential([keras.Input((features,)), keras.layers.Dense(outputs)])
    optimizer = make_optimizer(task)
    optimizer.build(model.trainable_variables)
    fresh = [v.numpy() for v in optimizer.variables]
    # Several steps per call of the compiled function, Keras' own remedy for small models: an epoch of
    # batches at a time, and full-batch steps by the hundred.
    epoch = problem.steps // task.epochs if problem.plan is not None else 100
    model.compile(
        optimizer, make_loss(task.model), steps_per_execution=min(problem.steps, epoch or 1)
    )
    batches = make_batches(problem)

    def run():
        model.set_weights([problem.weights.T, problem.bias])
        for variable, value in zip(optimizer.variables, fresh, strict=True):
            variable.assign(value)
        # The plan holds the shuffled epochs one after another: to `fit` it is one epoch of batches. Its
        # running mean of the loss is noted and started again after each of ours.
        means = []

        def note(_, logs):
            means.append(logs["loss"])
            model.reset_metrics()

        noting = keras.callbacks.LambdaCallback(on_train_batch_end=note)
        model.fit(batches, verbose=0, shuffle=False, callbacks=[noting])
        kernel, bias = model.get_weights()
        return kernel, bias, means

    def collect(raw) -> Outcome:
        kernel, bias, means = raw
        per_epoch = problem.plan is not None and len(means) == task.epochs
        epoch_losses = np.array(means) if per_epoch else None
        return Outcome(kernel.T, bias, None, epoch_losses)

    return Runner(run, collect, *device())
