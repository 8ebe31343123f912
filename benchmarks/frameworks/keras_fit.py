"""Keras as everybody starts with it: a model, `compile`, `fit`."""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import tensorflow as tf

from benchmarks.frameworks._keras_optimizers import make_optimizer
from benchmarks.spec import Outcome, Problem, Runner, Task

LIBRARY = "tensorflow"

# Full float32 products on every device, as all rivals use; TensorFlow's default on a GPU is TF32.
tf.config.experimental.enable_tensor_float_32_execution(False)


def unsupported(task: Task) -> str | None:
    return None


def make_loss(model: str) -> keras.losses.Loss:
    if model == "linear":
        return keras.losses.MeanSquaredError()
    if model == "logistic":
        return keras.losses.BinaryCrossentropy(from_logits=True)
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def make_batches(problem: Problem) -> tf.data.Dataset:
    x, y = tf.constant(problem.x), tf.constant(problem.y)
    if problem.plan is None:
        return tf.data.Dataset.from_tensors((x, y)).repeat(problem.steps)

    def gather(rows: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        rows = tf.boolean_mask(rows, rows >= 0)  # -1 is an empty place in a short batch
        return tf.gather(x, rows), tf.gather(y, rows)

    # prefetch prepares the next batch while the current one is being learned from
    return tf.data.Dataset.from_tensor_slices(problem.plan).map(gather).prefetch(tf.data.AUTOTUNE)


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

    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return Runner(run, collect)
    name = tf.config.experimental.get_device_details(gpus[0]).get("device_name", "GPU")
    return Runner(
        run, collect, name, lambda: tf.config.experimental.get_memory_info("GPU:0")["peak"]
    )
