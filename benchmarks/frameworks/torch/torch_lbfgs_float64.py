"""PyTorch's own L-BFGS in float64, which reaches the gap of every task."""

import torch

from benchmarks.contract import Arrays, Runner, Solve
from benchmarks.frameworks.torch import _solve

LIBRARY = "torch"
KIND = "solve"


def unsupported(task: Solve) -> str | None:
    return _solve.needs_smooth(task)


def prepare(task: Solve, arrays: Arrays) -> Runner:
    return _solve.runner(task, arrays, torch.float64)
