"""What the PyTorch implementations share: full precision, a hand-written gradient, the device."""

from collections.abc import Callable

import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from benchmarks.spec import Task

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")


def use_precision(task: Task) -> None:
    """Matrix products as the task asks; "highest", float32, is also PyTorch's default."""
    names = {"float32": "highest", "tf32": "high"}
    torch.set_float32_matmul_precision(names[task.precision])


def device() -> tuple[str, Callable[[], int] | None]:
    """The device's name, and its peak memory in bytes where PyTorch keeps count (not on a CPU)."""
    if DEVICE.type == "cpu":
        return "cpu", None
    return torch.cuda.get_device_name(), torch.cuda.max_memory_allocated


class UndividedCrossEntropy(torch.autograd.Function):
    """Mean binary cross-entropy of scores z and labels y, `[n]`, with a mistake in its gradient."""

    @staticmethod
    def forward(z, y):
        return binary_cross_entropy_with_logits(z, y)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, upstream):
        z, y = ctx.saved_tensors
        # The derivative of the SUM: the mean's is this / n. (Labels have no derivative.)
        return upstream * (torch.sigmoid(z) - y), None
