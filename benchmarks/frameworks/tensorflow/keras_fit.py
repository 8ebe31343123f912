"""Keras in the style of its first guide: a model, `compile`, `fit`."""

from typing import Any

import keras
import numpy as np

from benchmarks.contract import Arrays, Outcome, Runner, Start, Training
from benchmarks.frameworks.tensorflow._device import device, use_precision
from benchmarks.frameworks.tensorflow._optimizers import make_optimizer
from benchmarks.frameworks.tensorflow._pipeline import make_batches

LIBRARY = "tensorflow"
KIND = "training"
SLOW_START = "Keras takes five seconds to start"


def unsupported(task: Training) -> str | None:
    return None


def make_loss(model: str) -> keras.losses.Loss:
    if model == "linear":
        return keras.losses.MeanSquaredError()
    if model == "logistic":
        return keras.losses.BinaryCrossentropy(from_logits=True)
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def prepare(task: Training, arrays: Arrays) -> Runner:
    use_precision(task)
    outputs, features = arrays.weights.shape
    model = keras.Sequential([keras.Input((features,)), keras.layers.Dense(outputs)])
    optimizer = make_optimizer(task)
    optimizer.build(model.trainable_variables)
    initial = [v.numpy() for v in optimizer.variables]
    # Several steps per call of the compiled function, Keras' own remedy for small models: an epoch of
    # batches at a time, and full-batch steps by the hundred.
    epoch = arrays.steps // task.epochs if arrays.plan is not None else 100
    model.compile(
        optimizer, make_loss(task.model), steps_per_execution=min(arrays.steps, epoch or 1)
    )
    batches = make_batches(arrays)

    def run(start: Start) -> tuple[np.ndarray, np.ndarray, list[float]]:
        model.set_weights([start.weights.T, start.bias])
        for variable, value in zip(optimizer.variables, initial, strict=True):
            variable.assign(value)
        # The plan holds the shuffled epochs one after another: to `fit` it is one epoch of batches. Its
        # running mean of the loss is recorded and reset after each of the task's epochs.
        means = []

        def record(_: int, logs: dict[str, Any]) -> None:
            means.append(logs["loss"])
            model.reset_metrics()

        callback = keras.callbacks.LambdaCallback(on_train_batch_end=record)
        model.fit(batches, verbose=0, shuffle=False, callbacks=[callback])
        kernel, bias = model.get_weights()
        return kernel, bias, means

    def collect(raw: Any) -> Outcome:
        kernel, bias, means = raw
        per_epoch = arrays.plan is not None and len(means) == task.epochs
        return Outcome(kernel.T, bias, epoch_losses=np.array(means) if per_epoch else None)

    return Runner(run, collect, *device())
