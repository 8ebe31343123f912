"""What the TensorFlow implementations share: full precision, the pipeline, a name for the device."""

from collections.abc import Callable

import tensorflow as tf

from benchmarks.spec import Problem

# Full float32 products on every device, as all rivals use; TensorFlow's default on a GPU is TF32.
tf.config.experimental.enable_tensor_float_32_execution(False)


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


def device() -> tuple[str, Callable[[], int] | None]:
    """The device's name, and its peak memory in bytes where TensorFlow keeps count (not on a CPU)."""
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return "cpu", None
    name = tf.config.experimental.get_device_details(gpus[0]).get("device_name", "GPU")
    return name, lambda: tf.config.experimental.get_memory_info("GPU:0")["peak"]
