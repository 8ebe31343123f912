"""TensorFlow with this library's own arithmetic: what makes JAX's rows fast on a CPU, in TensorFlow.

`tf_xla` is what an expert of TensorFlow writes. This row has three things besides, so that the comparison
is one of libraries and not of formulas:

* the logistic loss has a softplus that runs in vector registers, a series in place of XLA's log1p;
* full-batch steps of one output read a narrow x by columns;
* full-batch steps over a large x go block by block, so that a gradient finds in the cache what the scores
  read.
"""

import numpy as np
import tensorflow as tf
from tensorflow.compiler.tf2xla.python.xla import optimization_barrier

from benchmarks.contract import Arrays, Outcome, Runner, Training
from benchmarks.frameworks.tensorflow._device import constants, device, use_precision
from benchmarks.frameworks.tensorflow._xla import Tensors, updated

LIBRARY = "tensorflow"
KIND = "training"

MAX_FEATURES, MAX_ENTRIES = 32, 2**15
"""Features and entries up to which x is read by columns."""

BLOCK_BYTES = 2**23

Sums = tuple[tf.Tensor, tf.Tensor, tf.Tensor]
"""Sums over examples: of the losses, and of their gradients with respect to weights and bias."""


def unsupported(task: Training) -> str | None:
    return None


def softplus(z: tf.Tensor) -> tf.Tensor:
    """log(1 + e^z) = max(z, 0) + 2 artanh(u / (2 + u)) with u = e^-|z|; eight terms do in float32."""
    u = tf.exp(-tf.abs(z))
    argument = u / (2 + u)
    square, series = argument * argument, tf.ones_like(z) / 15
    for k in reversed(range(7)):
        series = series * square + 1 / (2 * k + 1)
    return tf.maximum(z, 0) + 2 * argument * series


def losses_and_slopes(model: str, scores: tf.Tensor, y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Losses `[n]`, and their derivatives with respect to the scores `[outputs, n]`."""
    if model == "linear":
        error = scores - y
        return tf.square(error[0]), 2 * error
    if model == "logistic":
        y = tf.cast(y, tf.float32)
        return softplus(scores[0]) - y * scores[0], tf.sigmoid(scores) - y
    shifted = scores - tf.reduce_max(scores, axis=0)
    is_label = tf.range(scores.shape[0])[:, None] == y
    exponentials = tf.exp(shifted)
    total = tf.reduce_sum(exponentials, axis=0)
    label = tf.reduce_sum(tf.where(is_label, shifted, 0.0), axis=0)
    return tf.math.log(total) - label, exponentials / total - tf.cast(is_label, tf.float32)


def prepare(task: Training, arrays: Arrays) -> Runner:
    use_precision(task)
    examples, features = arrays.x.shape
    is_full, padded = arrays.plan is None, arrays.has_padding
    narrow = features <= MAX_FEATURES and arrays.x.size <= MAX_ENTRIES
    by_columns = is_full and narrow and len(arrays.bias) == 1
    x, y = tf.constant(arrays.x.T if by_columns else arrays.x), tf.constant(arrays.y)
    plan = None if is_full else tf.constant(arrays.plan)
    block = min(examples, BLOCK_BYTES // (4 * features))
    blocks = 1 if by_columns else examples // block

    def sums(params: Tensors, x: tf.Tensor, y: tf.Tensor, weight: tf.Tensor | None) -> Sums:
        weights, bias = params
        scores = tf.matmul(weights, x, transpose_b=not by_columns) + bias[:, None]
        losses, slopes = losses_and_slopes(task.model, scores, y)
        if weight is not None:
            losses, slopes = weight * losses, weight * slopes
        if not is_full and task.model == "softmax":
            (slopes,) = optimization_barrier(slopes)  # see `tf_xla`
        gradient = tf.matmul(slopes, x, transpose_b=by_columns)
        return tf.reduce_sum(losses), gradient, tf.reduce_sum(slopes, axis=1)

    def sums_of_all(params: Tensors, x: tf.Tensor, y: tf.Tensor) -> Sums:
        if blocks == 1:
            return sums(params, x, y, None)
        first = examples - (blocks - 1) * block  # of another size, if they do not divide
        total = sums(params, x[:first], y[:first], None)
        for number in tf.range(blocks - 1):
            start = first + number * block
            x_block = tf.slice(x, [start, 0], [block, features])
            more = sums(params, x_block, tf.slice(y, [start], [block]), None)
            total = tuple(one + other for one, other in zip(total, more, strict=True))
        return total

    def sums_of_batch(params: Tensors, x: tf.Tensor, y: tf.Tensor, rows: tf.Tensor) -> Sums:
        at = tf.maximum(rows, 0)
        weight = tf.cast(rows >= 0, tf.float32) if padded else None
        return sums(params, tf.gather(x, at), tf.gather(y, at), weight)

    @tf.function(jit_compile=True)
    def train(params: Tensors, x: tf.Tensor, y: tf.Tensor, plan: tf.Tensor | None) -> Tensors:
        first = tuple(tf.zeros_like(p) for p in params)
        second = tuple(tf.zeros_like(p) for p in params)
        losses = tf.TensorArray(tf.float32, arrays.steps)
        for i in tf.range(arrays.steps):
            if plan is None:
                count = float(examples)
                found = sums_of_all(params, x, y)
            else:
                count = tf.reduce_sum(tf.cast(plan[i] >= 0, tf.float32))
                found = sums_of_batch(params, x, y, plan[i])
            loss, *gradients = (each / count for each in found)
            t = tf.cast(i + 1, tf.float32)
            params, first, second = updated(
                task, task.learning_rate, t, params, tuple(gradients), first, second
            )
            losses = losses.write(i, loss)
        return (*params, losses.stack())

    def run(start: Tensors) -> list[np.ndarray]:
        # reading a value waits until the device has produced it
        return [a.numpy() for a in train(start, x, y, plan)]

    return Runner(run, lambda raw: Outcome(*raw), *device(), place=constants)
