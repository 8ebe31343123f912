"""TensorFlow in the style of its first tutorials: a tf.data pipeline and a gradient tape, run eagerly."""

from typing import Any

import numpy as np
import tensorflow as tf

from benchmarks.contract import Arrays, Outcome, Runner, Start, Training
from benchmarks.frameworks.tensorflow._device import device, use_precision
from benchmarks.frameworks.tensorflow._optimizers import make_optimizer
from benchmarks.frameworks.tensorflow._pipeline import make_batches

LIBRARY = "tensorflow"
KIND = "training"
SLOW_START = "a run takes seconds"


def unsupported(task: Training) -> str | None:
    return None


def mean_loss(model: str, scores: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    if model == "linear":
        return tf.reduce_mean(tf.square(scores[:, 0] - y))
    if model == "logistic":
        losses = tf.nn.sigmoid_cross_entropy_with_logits(tf.cast(y, tf.float32), scores[:, 0])
    else:
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, scores)
    return tf.reduce_mean(losses)


def prepare(task: Training, arrays: Arrays) -> Runner:
    use_precision(task)
    batches = make_batches(arrays)

    def run(start: Start) -> tuple[np.ndarray, np.ndarray, list[tf.Tensor]]:
        weights, bias = tf.Variable(start.weights), tf.Variable(start.bias)
        optimizer = make_optimizer(task)
        losses = []
        for x, y in batches:
            with tf.GradientTape() as tape:
                scores = tf.matmul(x, weights, transpose_b=True) + bias
                loss = mean_loss(task.model, scores, y)
            gradients = tape.gradient(loss, [weights, bias])
            optimizer.apply_gradients(zip(gradients, [weights, bias], strict=True))
            losses.append(loss)
        # reading a value waits until the device has produced it
        return weights.numpy(), bias.numpy(), losses

    def collect(raw: Any) -> Outcome:
        weights, bias, losses = raw
        return Outcome(weights, bias, np.array(tf.stack(losses)))

    return Runner(run, collect, *device())
