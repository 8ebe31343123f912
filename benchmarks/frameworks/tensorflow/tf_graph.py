"""TensorFlow with `tf.function`: the loop over the batches becomes one graph, without XLA."""

import numpy as np
import tensorflow as tf

from benchmarks.contract import Arrays, Outcome, Runner, Start, Training
from benchmarks.frameworks.tensorflow._device import device, use_precision
from benchmarks.frameworks.tensorflow._optimizers import make_optimizer
from benchmarks.frameworks.tensorflow.tf_eager import mean_loss

LIBRARY = "tensorflow"
KIND = "training"


def unsupported(task: Training) -> str | None:
    return None


def prepare(task: Training, arrays: Arrays) -> Runner:
    use_precision(task)
    x, y = tf.constant(arrays.x), tf.constant(arrays.y)
    plan = None if arrays.plan is None else tf.constant(arrays.plan)
    # A tf.function captures its variables, so they are made once and reset before every run.
    weights, bias = tf.Variable(arrays.weights), tf.Variable(arrays.bias)
    optimizer = make_optimizer(task)
    optimizer.build([weights, bias])
    initial = [v.numpy() for v in optimizer.variables]

    @tf.function
    def train(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        losses = tf.TensorArray(tf.float32, arrays.steps)
        for i in tf.range(arrays.steps):
            x_batch, y_batch = x, y
            if plan is not None:
                rows = tf.boolean_mask(plan[i], plan[i] >= 0)  # without the padding
                x_batch, y_batch = tf.gather(x, rows), tf.gather(y, rows)
            with tf.GradientTape() as tape:
                scores = tf.matmul(x_batch, weights, transpose_b=True) + bias
                loss = mean_loss(task.model, scores, y_batch)
            gradients = tape.gradient(loss, [weights, bias])
            optimizer.apply_gradients(zip(gradients, [weights, bias], strict=True))
            losses = losses.write(i, loss)
        return losses.stack()

    def run(start: Start) -> tuple[np.ndarray, ...]:
        weights.assign(start.weights)
        bias.assign(start.bias)
        for variable, value in zip(optimizer.variables, initial, strict=True):
            variable.assign(value)
        losses = train(x, y)
        # reading a value waits until the device has produced it
        return weights.numpy(), bias.numpy(), losses.numpy()

    return Runner(run, lambda raw: Outcome(*raw), *device())
