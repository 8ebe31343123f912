"""The precision of JAX's matrix products, the device that JAX runs on, and a start there."""

from collections.abc import Callable

import jax

from benchmarks.contract import Start, Task


def use_precision(task: Task) -> None:
    """Set the precision of matrix products to the task's; a GPU or TPU defaults to less than float32."""
    names = {"float32": "highest", "tf32": "tensorfloat32", "float64": "highest"}
    jax.config.update("jax_default_matmul_precision", names[task.precision])
    jax.config.update("jax_enable_x64", task.precision == "float64")


def device() -> tuple[str, Callable[[], int] | None]:
    """The device's name, and its peak memory in bytes where JAX reports it (not on a CPU)."""
    first = jax.devices()[0]
    if first.memory_stats() is None:
        return first.device_kind, None
    return first.device_kind, lambda: int(first.memory_stats()["peak_bytes_in_use"])


def on_device(start: Start) -> tuple[jax.Array, jax.Array]:
    """Weights and bias on the device."""
    weights, bias = jax.block_until_ready(jax.device_put(tuple(start)))
    return weights, bias
