"""PyTorch's device, the precision of its matrix products, and a task's arrays and starts as tensors."""

from collections.abc import Callable
from typing import NamedTuple

import torch

from benchmarks.contract import Arrays, Start, Task

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")


use_threads = torch.set_num_threads if DEVICE.type == "cpu" else None
"""On a GPU the CPU's threads do not compute."""


def use_precision(task: Task) -> None:
    """Set the precision of matrix products to the task's; PyTorch's default is "highest", float32."""
    names = {"float32": "highest", "tf32": "high", "float64": "highest"}
    torch.set_float32_matmul_precision(names[task.precision])


def device() -> tuple[str, Callable[[], int] | None]:
    """The device's name, and its peak memory in bytes where PyTorch reports it (not on a CPU)."""
    if DEVICE.type == "cpu":
        return "cpu", None
    return torch.cuda.get_device_name(), torch.cuda.max_memory_allocated


def synchronize() -> None:
    """Wait for the device."""
    if DEVICE.type == "cuda":
        torch.cuda.synchronize()


class Tensors(NamedTuple):
    """The arrays of a task on the device; `contract.Arrays` describes them."""

    x: torch.Tensor
    y: torch.Tensor
    weights: torch.Tensor
    bias: torch.Tensor
    sample_weight: torch.Tensor | None


def on_device(task: Task, arrays: Arrays, dtype: torch.dtype = torch.float32) -> Tensors:
    """The arrays in `dtype`, except for class indices: cross-entropy expects int64."""
    # copies, since the arrays are read-only and a tensor is writable
    copy = lambda array, dtype: torch.tensor(array, device=DEVICE, dtype=dtype)
    return Tensors(
        copy(arrays.x, dtype),
        copy(arrays.y, torch.int64 if task.model == "softmax" else dtype),
        copy(arrays.weights, dtype),
        copy(arrays.bias, dtype),
        None if arrays.sample_weight is None else copy(arrays.sample_weight, dtype),
    )


def place(start: Start) -> tuple[torch.Tensor, ...]:
    """Weights and bias on the device."""
    return tuple(torch.tensor(p, device=DEVICE) for p in start)
