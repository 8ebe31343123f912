"""What the JAX implementations share: full precision, and a name for the device."""

from collections.abc import Callable

import jax

# Full float32 products on every device, as all rivals use; the default of a GPU or TPU is coarser.
jax.config.update("jax_default_matmul_precision", "highest")


def device() -> tuple[str, Callable[[], int] | None]:
    """The device's name, and its peak memory in bytes where JAX keeps count (not on a CPU)."""
    found = jax.devices()[0]
    if found.memory_stats() is None:
        return found.device_kind, None
    return found.device_kind, lambda: found.memory_stats()["peak_bytes_in_use"]
