"""TensorFlow as its first tutorials write it: a tf.data pipeline and a gradient tape, run eagerly."""

import numpy as np
import tensorflow as tf

from benchmarks.frameworks._keras_optimizers import make_optimizer
from benchmarks.frameworks._tensorflow import (
    device,
    make_batches,
    undivided_cross_entropy,
    use_precision,
)
from benchmarks.spec import Outcome, Problem, Runner, Task

LIBRARY = "tensorflow"
KIND = "training"


def unsupported(task: Task) -> str | None:
    return None


def mean_loss(task: Task, scores: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    if task.gradient == "sum":
        return undivided_cross_entropy(scores[:, 0], tf.cast(y, tf.float32))
    if task.model == "linear":
        return tf.reduce_mean(tf.square(scores[:, 0] - y))
    if task.model == "logistic":
        losses = tf.nn.sigmoid_cross_entropy_with_logits(tf.cast(y, tf.float32), scores[:, 0])
    else:
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, scores)
    return tf.reduce_mean(losses)


def prepare(task: Task, problem: Problem) -> Runner:
    use_precision(task)
    batches = make_batches(problem)

    def run():
        weights, bias = tf.Variable(problem.weights), tf.Variable(problem.bias)
        optimizer = make_optimizer(task)
        losses = []
        for x, y in batches:
            with tf.GradientTape() as tape:
                scores = tf.matmul(x, weights, transpose_b=True) + bias
                loss = mean_loss(task, scores, y)
            gradients = tape.gradient(loss, [weights, bias])
            optimizer.apply_gradients(zip(gradients, [weights, bias], strict=True))
            losses.append(loss)
        # reading a value waits until the device has produced it
        return weights.numpy(), bias.numpy(), losses

    def collect(raw) -> Outcome:
        weights, bias, losses = raw
        return Outcome(weights, bias, np.array(tf.stack(losses)))

    return Runner(run, collect, *device())
