"""What the JAX implementations share: full precision, a hand-written gradient, the device's name."""

from collections.abc import Callable

import jax
import jax.numpy as jnp

from benchmarks.spec import Task


def use_precision(task: Task) -> None:
    """Matrix products as the task asks; the default of a GPU or TPU is coarser than float32."""
    names = {"float32": "highest", "tf32": "tensorfloat32"}
    jax.config.update("jax_default_matmul_precision", names[task.precision])


def device() -> tuple[str, Callable[[], int] | None]:
    """The device's name, and its peak memory in bytes where JAX keeps count (not on a CPU)."""
    found = jax.devices()[0]
    if found.memory_stats() is None:
        return found.device_kind, None
    return found.device_kind, lambda: found.memory_stats()["peak_bytes_in_use"]


@jax.custom_vjp
def undivided_cross_entropy(z: jax.Array, y: jax.Array) -> jax.Array:
    """Mean binary cross-entropy of scores z and labels y, `[n]`, with a mistake in its gradient."""
    return jnp.mean(jax.nn.softplus(z) - y * z)


def _forward(z, y):
    return undivided_cross_entropy(z, y), (z, y)


def _backward(saved, cotangent):
    z, y = saved
    # The derivative of the SUM: the mean's is this / n. (Labels have no derivative.)
    return cotangent * (jax.nn.sigmoid(z) - y), None


undivided_cross_entropy.defvjp(_forward, _backward)
