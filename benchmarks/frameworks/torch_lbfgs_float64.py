"""PyTorch's own second-order optimizer in float64, which arrives everywhere."""

import torch

from benchmarks.frameworks import _torch_solve
from benchmarks.solve_spec import SolveTask
from benchmarks.spec import Problem, Runner

LIBRARY = "torch"
KIND = "solve"


def unsupported(task: SolveTask) -> str | None:
    return _torch_solve.unsupported(task)


def prepare(task: SolveTask, problem: Problem) -> Runner:
    return _torch_solve.runner(task, problem, torch.float64)
