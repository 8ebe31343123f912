"""PyTorch's own L-BFGS in float32, its default: faster, but rounding limits the gap."""

import torch

from benchmarks.contract import Arrays, Runner, Solve
from benchmarks.frameworks.torch import _solve

LIBRARY = "torch"
KIND = "solve"


def unsupported(task: Solve) -> str | None:
    if task.precision == "float64":
        return "the task is in float64; see `torch_lbfgs_float64`"
    return _solve.needs_smooth(task)


def prepare(task: Solve, arrays: Arrays) -> Runner:
    return _solve.runner(task, arrays, torch.float32)
