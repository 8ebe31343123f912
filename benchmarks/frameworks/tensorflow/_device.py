"""The precision of TensorFlow's matrix products, the device that TensorFlow runs on, and a start there."""

from collections.abc import Callable

import tensorflow as tf

from benchmarks.contract import Start, Task


def use_precision(task: Task) -> None:
    """Set the precision of matrix products to the task's; TensorFlow's default on a GPU is TF32."""
    tf.config.experimental.enable_tensor_float_32_execution(task.precision == "tf32")


def device() -> tuple[str, Callable[[], int] | None]:
    """The device's name, and its peak memory in bytes where TensorFlow reports it (not on a CPU)."""
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return "cpu", None
    name = tf.config.experimental.get_device_details(gpus[0]).get("device_name", "GPU")
    return name, lambda: int(tf.config.experimental.get_memory_info("GPU:0")["peak"])


def constants(start: Start) -> tuple[tf.Tensor, ...]:
    """Weights and bias on the device."""
    return tuple(tf.constant(p) for p in start)
