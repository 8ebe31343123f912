"""TensorFlow: the same `tf.custom_gradient`, the whole training compiled by XLA."""

import numpy as np
import tensorflow as tf

from benchmarks.contract import Arrays, Outcome, Runner, Start, Training
from benchmarks.lessons.custom_gradient._scope import unsupported as unsupported
from benchmarks.lessons.custom_gradient.tf_eager import cross_entropy

LIBRARY = "tensorflow"
KIND = "training"


def prepare(task: Training, arrays: Arrays) -> Runner:
    x, y = tf.constant(arrays.x), tf.cast(arrays.y, tf.float32)

    @tf.function(jit_compile=True)
    def train(weights: tf.Tensor, bias: tf.Tensor) -> tuple[tf.Tensor, ...]:
        losses = tf.TensorArray(tf.float32, arrays.steps)
        for i in tf.range(arrays.steps):
            with tf.GradientTape() as tape:
                tape.watch((weights, bias))
                scores = tf.matmul(x, weights, transpose_b=True) + bias
                loss = cross_entropy(scores[:, 0], y)
            gradients = tape.gradient(loss, (weights, bias))
            weights = weights - task.learning_rate * gradients[0]
            bias = bias - task.learning_rate * gradients[1]
            losses = losses.write(i, loss)
        return weights, bias, losses.stack()

    def run(start: Start) -> list[np.ndarray]:
        return [a.numpy() for a in train(*start)]

    device = "gpu" if tf.config.list_physical_devices("GPU") else "cpu"
    return Runner(run, lambda raw: Outcome(*raw), device)
