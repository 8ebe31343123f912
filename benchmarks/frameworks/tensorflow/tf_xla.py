"""TensorFlow in the style of an expert: the whole training is one XLA program.

Four things make it fast. The data is an argument: captured, it would become a constant of the
program, and compiling and running that takes hundreds of times as long. The parameters are loop
values, not variables. The weights are one row per output, which halves the time of a step on a CPU, and
so are the scores, which takes another fifth off that of `digits_adam`. The slopes of a batch with several
outputs are kept behind a barrier: without it XLA transposes the gradient's product, which takes 1.35 times
as long for an epoch on MNIST.
"""

import numpy as np
import tensorflow as tf
from tensorflow.compiler.tf2xla.python.xla import optimization_barrier

from benchmarks.contract import Arrays, Outcome, Runner, Training
from benchmarks.frameworks.tensorflow._device import constants, device, use_precision
from benchmarks.frameworks.tensorflow._xla import Tensors, updated

LIBRARY = "tensorflow"
KIND = "training"


def unsupported(task: Training) -> str | None:
    return None


def example_losses(model: str, scores: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """`[n]` from scores `[outputs, n]`."""
    # `tf_vectorized` has the same with a leading axis for the models, which would hide the formulas here
    if model == "linear":
        return tf.square(scores[0] - y)
    if model == "logistic":
        # one softplus, where sigmoid_cross_entropy_with_logits computes an exp, a log1p and a select
        return tf.math.softplus(scores[0]) - tf.cast(y, tf.float32) * scores[0]
    shifted = scores - tf.stop_gradient(tf.reduce_max(scores, axis=0))
    is_label = tf.range(scores.shape[0])[:, None] == y
    label = tf.reduce_sum(tf.where(is_label, shifted, 0.0), axis=0)
    return tf.math.log(tf.reduce_sum(tf.exp(shifted), axis=0)) - label


def prepare(task: Training, arrays: Arrays) -> Runner:
    use_precision(task)
    x, y = tf.constant(arrays.x), tf.constant(arrays.y)
    plan = None if arrays.plan is None else tf.constant(arrays.plan)
    padded = arrays.has_padding  # XLA's shapes cannot vary, so that padding stays in the batch

    def mean_loss(scores: tf.Tensor, y: tf.Tensor, rows: tf.Tensor | None) -> tf.Tensor:
        if rows is None and task.model == "softmax":
            # As fast on 60,000 examples, and without the error of 3e-5 in the mean of sums written by hand.
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, tf.transpose(scores))
            return tf.reduce_mean(losses)
        losses = example_losses(task.model, scores, y)
        if rows is None or not padded:
            return tf.reduce_mean(losses)
        sample_weight = tf.cast(rows >= 0, tf.float32)
        return tf.reduce_sum(sample_weight * losses) / tf.reduce_sum(sample_weight)

    def loss_and_gradients(
        params: Tensors, x: tf.Tensor, y: tf.Tensor, rows: tf.Tensor | None
    ) -> tuple[tf.Tensor, Tensors]:
        if rows is not None:
            at = tf.maximum(rows, 0)
            x, y = tf.gather(x, at), tf.gather(y, at)
        weights, bias = params
        scores = tf.matmul(weights, x, transpose_b=True) + bias[:, None]
        with tf.GradientTape() as tape:
            tape.watch(scores)
            loss = mean_loss(scores, y, rows)
        slopes = tape.gradient(loss, scores)
        if rows is not None and task.model == "softmax":
            (slopes,) = optimization_barrier(slopes)
        return loss, (tf.matmul(slopes, x), tf.reduce_sum(slopes, axis=1))

    @tf.function(jit_compile=True)
    def train(params: Tensors, x: tf.Tensor, y: tf.Tensor, plan: tf.Tensor | None) -> Tensors:
        first = tuple(tf.zeros_like(p) for p in params)
        second = tuple(tf.zeros_like(p) for p in params)
        losses = tf.TensorArray(tf.float32, arrays.steps)
        for i in tf.range(arrays.steps):
            rows = None if plan is None else plan[i]
            loss, gradients = loss_and_gradients(params, x, y, rows)
            t = tf.cast(i + 1, tf.float32)
            params, first, second = updated(
                task, task.learning_rate, t, params, gradients, first, second
            )
            losses = losses.write(i, loss)
        return (*params, losses.stack())

    def run(start: Tensors) -> list[np.ndarray]:
        # reading a value waits until the device has produced it
        return [a.numpy() for a in train(start, x, y, plan)]

    return Runner(run, lambda raw: Outcome(*raw), *device(), place=constants)
