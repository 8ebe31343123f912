"""What the PyTorch implementations share: full precision, and a name for the device."""

from collections.abc import Callable

import torch

# Full float32 products on every device. It is PyTorch's default; said here because it matters.
torch.set_float32_matmul_precision("highest")

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")


def device() -> tuple[str, Callable[[], int] | None]:
    """The device's name, and its peak memory in bytes where PyTorch keeps count (not on a CPU)."""
    if DEVICE.type == "cpu":
        return "cpu", None
    return torch.cuda.get_device_name(), torch.cuda.max_memory_allocated
