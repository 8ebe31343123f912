"""A sweep in TensorFlow in the style of an expert: models in wide products, the whole run under XLA.

On a CPU each core has a part of the models and a thread of its own, which gives 1.05 times the speed on
`sweep_learning_rate`, 1.1 on `sweep_folds`, 1.7 on `many_small`.

Scores are `[models, outputs, n]`, as the product returns them: transposed, as TensorFlow's own softmax
expects them, `sweep_folds` takes three times as long.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import tensorflow as tf

from benchmarks.contract import Arrays, Outcome, Runner, Sweep
from benchmarks.frameworks.tensorflow._device import constants, device, use_precision
from benchmarks.frameworks.tensorflow._xla import Tensors, updated

LIBRARY = "tensorflow"
KIND = "sweep"

# Every worker has this variable, whatever its library: the number of parts that a sweep is split into on
# a CPU, one per core up to a limit, so that JAX and TensorFlow split it alike.
CPU_PARTS = int(os.environ.get("JAX_NUM_CPU_DEVICES", "1"))


def unsupported(task: Sweep) -> str | None:
    return None


def losses_of_models(model: str, scores: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """`[models, n]` from scores `[models, outputs, n]` and y `[models or 1, n]`."""
    # `tf_xla` has the same for one model
    if model == "linear":
        return tf.square(scores[:, 0] - y)
    if model == "logistic":
        return tf.math.softplus(scores[:, 0]) - tf.cast(y, tf.float32) * scores[:, 0]
    shifted = scores - tf.stop_gradient(tf.reduce_max(scores, axis=1, keepdims=True))
    is_label = tf.range(scores.shape[1])[:, None] == y[:, None]
    label = tf.reduce_sum(tf.where(is_label, shifted, 0.0), axis=1)
    return tf.math.log(tf.reduce_sum(tf.exp(shifted), axis=1)) - label


def prepare(task: Sweep, arrays: Arrays) -> Runner:
    use_precision(task)
    parts = [arrays]
    if not tf.config.list_physical_devices("GPU"):
        parts = split(arrays, min(CPU_PARTS, task.models))
    trainings = [training(task, part) for part in parts]
    threads = ThreadPoolExecutor(len(parts))

    def run(start: Tensors) -> list[list[np.ndarray]]:
        return list(threads.map(lambda train: train(start), trainings))

    def collect(raw: list[list[np.ndarray]]) -> Outcome:
        return Outcome(*(np.concatenate(arrays) for arrays in zip(*raw, strict=True)))

    return Runner(run, collect, *device(), place=constants)


def split(arrays: Arrays, parts: int) -> list[Arrays]:
    """The models of a sweep, split into parts; arrays that all models share are in each part."""
    rank_if_shared = {"x": 2, "y": 1, "learning_rate": 0, "l2": 0, "sample_weight": 1}
    per_model = {
        name: array
        for name, rank in rank_if_shared.items()
        if (array := getattr(arrays, name)) is not None and array.ndim > rank
    }
    each = zip(*(np.array_split(array, parts) for array in per_model.values()), strict=True)
    return [arrays._replace(**dict(zip(per_model, part, strict=True))) for part in each]


def training(task: Sweep, arrays: Arrays) -> Callable[[Tensors], list[np.ndarray]]:
    """The compiled training of these models, a function of the weights and bias that all start from."""
    assert arrays.learning_rate is not None, "a sweep has a learning rate for each model"
    models, (outputs, features) = arrays.models, arrays.weights.shape
    rate = tf.constant(arrays.learning_rate)
    l2 = tf.zeros(models) if arrays.l2 is None else tf.constant(arrays.l2)
    x = tf.constant(arrays.x)
    y = tf.constant(arrays.y if arrays.y.ndim == 2 else arrays.y[None])
    sample_weight = None if arrays.sample_weight is None else tf.constant(arrays.sample_weight)
    plan = None if arrays.plan is None else tf.constant(arrays.plan)
    padded = arrays.has_padding  # XLA's shapes cannot vary, so that padding stays in the batch

    def scores(params: Tensors, x: tf.Tensor) -> tf.Tensor:
        weights, bias = params
        if arrays.x.ndim == 3:
            return tf.matmul(weights, x, transpose_b=True) + bias[:, :, None]
        wide = tf.matmul(tf.reshape(weights, (models * outputs, features)), x, transpose_b=True)
        return tf.reshape(wide, (models, outputs, -1)) + bias[:, :, None]

    def mean_losses(
        params: Tensors,
        l2: tf.Tensor,
        x: tf.Tensor,
        y: tf.Tensor,
        sample_weight: tf.Tensor | None,
        rows: tf.Tensor | None,
    ) -> tf.Tensor:
        if rows is not None:
            at = tf.maximum(rows, 0)
            x, y = tf.gather(x, at, axis=-2), tf.gather(y, at, axis=1)
            if sample_weight is not None:
                sample_weight = tf.gather(sample_weight, at, axis=1)
            if padded:
                real = tf.cast(rows >= 0, tf.float32)[None]
                sample_weight = real if sample_weight is None else real * sample_weight
        each = losses_of_models(task.model, scores(params, x), y)
        penalty = 0.5 * l2 * tf.reduce_sum(tf.square(params[0]), axis=(1, 2))
        if sample_weight is None:
            return tf.reduce_mean(each, axis=1) + penalty
        total = tf.reduce_sum(sample_weight, axis=1)
        return tf.reduce_sum(sample_weight * each, axis=1) / total + penalty

    # the loop of `tf_xla`, with arrays of all models as arguments; one for both would hide the example
    @tf.function(jit_compile=True)
    def train(
        params: Tensors,
        rate: tf.Tensor,
        l2: tf.Tensor,
        x: tf.Tensor,
        y: tf.Tensor,
        sample_weight: tf.Tensor | None,
        plan: tf.Tensor | None,
    ) -> Tensors:
        params = tuple(tf.repeat(p[None], models, axis=0) for p in params)
        first = tuple(tf.zeros_like(p) for p in params)
        second = tuple(tf.zeros_like(p) for p in params)
        losses = tf.TensorArray(tf.float32, arrays.steps)
        for i in tf.range(arrays.steps):
            rows = None if plan is None else plan[i]
            with tf.GradientTape() as tape:
                tape.watch(params)
                each = mean_losses(params, l2, x, y, sample_weight, rows)
            # the sum's gradient: no model's loss depends on another's parameters
            gradients = tape.gradient(each, params)
            t = tf.cast(i + 1, tf.float32)
            params, first, second = updated(task, rate, t, params, gradients, first, second)
            losses = losses.write(i, each)
        return (*params, tf.transpose(losses.stack()))

    # reading a value waits until the device has produced it
    return lambda start: [a.numpy() for a in train(start, rate, l2, x, y, sample_weight, plan)]
