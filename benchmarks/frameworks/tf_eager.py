"""TensorFlow as its first tutorials write it: a tf.data pipeline and a gradient tape, run eagerly."""

import numpy as np
import tensorflow as tf

from benchmarks.frameworks._keras_optimizers import make_optimizer
from benchmarks.spec import Outcome, Problem, Runner, Task

LIBRARY = "tensorflow"

# Full float32 products on every device, as all rivals use; TensorFlow's default on a GPU is TF32.
tf.config.experimental.enable_tensor_float_32_execution(False)


def unsupported(task: Task) -> str | None:
    return None


def mean_loss(model: str, scores: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    if model == "linear":
        return tf.reduce_mean(tf.square(scores[:, 0] - y))
    if model == "logistic":
        losses = tf.nn.sigmoid_cross_entropy_with_logits(tf.cast(y, tf.float32), scores[:, 0])
    else:
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, scores)
    return tf.reduce_mean(losses)


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
    batches = make_batches(problem)

    def run():
        weights, bias = tf.Variable(problem.weights), tf.Variable(problem.bias)
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

    def collect(raw) -> Outcome:
        weights, bias, losses = raw
        return Outcome(weights, bias, np.array(tf.stack(losses)))

    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return Runner(run, collect)
    name = tf.config.experimental.get_device_details(gpus[0]).get("device_name", "GPU")
    return Runner(
        run, collect, name, lambda: tf.config.experimental.get_memory_info("GPU:0")["peak"]
    )
