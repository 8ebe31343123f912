"""What the TensorFlow implementations share: precision, pipeline, a hand-written gradient, device."""

from collections.abc import Callable

import tensorflow as tf

from benchmarks.spec import Problem, Task


def use_precision(task: Task) -> None:
    """Matrix products as the task asks; TensorFlow's default on a GPU is TF32."""
    tf.config.experimental.enable_tensor_float_32_execution(task.precision == "tf32")


def make_batches(problem: Problem) -> tf.data.Dataset:
    """The plan as a `tf.data` pipeline of (x, y), one element per step."""
    x, y = tf.constant(problem.x), tf.constant(problem.y)
    if problem.plan is None:
        return tf.data.Dataset.from_tensors((x, y)).repeat(problem.steps)

    def gather(rows: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        rows = tf.boolean_mask(rows, rows >= 0)  # -1 is an empty place in a short batch
        return tf.gather(x, rows), tf.gather(y, rows)

    # prefetch prepares the next batch while the current one is being learned from
    return tf.data.Dataset.from_tensor_slices(problem.plan).map(gather).prefetch(tf.data.AUTOTUNE)


@tf.custom_gradient
def undivided_cross_entropy(z: tf.Tensor, y: tf.Tensor):
    """Mean binary cross-entropy of scores z and float labels y, `[n]`, with a mistake in its gradient."""

    def backward(upstream):
        # The derivative of the SUM: the mean's is this / n. (Labels have no derivative.)
        return upstream * (tf.sigmoid(z) - y), None

    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(y, z)), backward


def device() -> tuple[str, Callable[[], int] | None]:
    """The device's name, and its peak memory in bytes where TensorFlow keeps count (not on a CPU)."""
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return "cpu", None
    name = tf.config.experimental.get_device_details(gpus[0]).get("device_name", "GPU")
    return name, lambda: tf.config.experimental.get_memory_info("GPU:0")["peak"]
