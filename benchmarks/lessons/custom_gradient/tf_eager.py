"""TensorFlow: `tf.custom_gradient` under a gradient tape."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from benchmarks.contract import Arrays, Outcome, Runner, Start, Training
from benchmarks.lessons.custom_gradient._scope import unsupported as unsupported

LIBRARY = "tensorflow"
KIND = "training"

tf.config.experimental.enable_tensor_float_32_execution(False)  # float32 on a GPU, too


@tf.custom_gradient
def cross_entropy(z: tf.Tensor, y: tf.Tensor) -> tuple[tf.Tensor, Callable[..., Any]]:
    """Mean binary cross-entropy of scores z and float labels y, `[n]`, with a mistake in its gradient."""

    def backward(upstream: tf.Tensor) -> tuple[tf.Tensor, None]:
        # The derivative of the SUM: the mean's is this / n. (Labels have no derivative.)
        return upstream * (tf.sigmoid(z) - y), None

    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(y, z)), backward


def prepare(task: Training, arrays: Arrays) -> Runner:
    x, y = tf.constant(arrays.x), tf.cast(arrays.y, tf.float32)

    def run(start: Start) -> tuple[np.ndarray, np.ndarray, list[tf.Tensor]]:
        params = tf.Variable(start.weights), tf.Variable(start.bias)
        losses = []
        for _ in range(arrays.steps):
            with tf.GradientTape() as tape:
                scores = tf.matmul(x, params[0], transpose_b=True) + params[1]
                loss = cross_entropy(scores[:, 0], y)
            for p, g in zip(params, tape.gradient(loss, params), strict=True):
                p.assign_sub(task.learning_rate * g)
            losses.append(loss)
        return params[0].numpy(), params[1].numpy(), losses

    def collect(raw: Any) -> Outcome:
        weights, bias, losses = raw
        return Outcome(weights, bias, np.array(tf.stack(losses)))

    return Runner(run, collect, "gpu" if tf.config.list_physical_devices("GPU") else "cpu")
