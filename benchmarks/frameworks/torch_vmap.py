"""PyTorch with `torch.func`: the loss of one model, vmapped over the models, compiled."""

import shutil

import numpy as np
import torch

from benchmarks.frameworks._torch import DEVICE, device, use_precision
from benchmarks.frameworks._torch_sweep import Loop, example_losses, on_device, update
from benchmarks.spec import Outcome, Problem, Runner, Task

LIBRARY = "torch"
KIND = "sweep"

torch.compiler.config.recompile_limit = 1000  # each task compiles its own step


def unsupported(task: Task) -> str | None:
    if DEVICE.type == "cpu" and shutil.which("g++") is None:
        return "torch.compile needs a C++ compiler on a CPU; install g++"
    return None


def prepare(task: Task, problem: Problem) -> Runner:
    use_precision(task)
    x, y, start, weight = on_device(task, problem)
    rate = torch.tensor(problem.learning_rate, device=DEVICE)
    models = len(rate)
    l2 = torch.zeros(models, device=DEVICE)
    if problem.l2 is not None:
        l2 = torch.tensor(problem.l2, device=DEVICE)
    masked = problem.plan is not None and bool((problem.plan < 0).any())
    params = [p.expand(models, *p.shape).clone() for p in start]
    first, second = ([torch.zeros_like(p) for p in params] for _ in range(2))

    def objective(params, l2, x, y, weight, rows):
        if rows is not None:
            at = rows.clamp(min=0)
            x, y = x.index_select(0, at), y.index_select(0, at)
            weight = None if weight is None else weight.index_select(0, at)
            if masked:
                weight = (rows >= 0) * (1 if weight is None else weight)
        each = example_losses(task.model, torch.nn.functional.linear(x, *params), y)
        mean = each.mean() if weight is None else (weight * each).sum() / weight.sum()
        return mean + 0.5 * l2 * params[0].square().sum()

    # 0 for what each model has of its own, None for what they share
    axes = (0, 0, 0 if x.ndim == 3 else None, 0 if y.ndim == 2 else None,
            None if weight is None else 0, None)  # fmt: skip
    gradients_and_losses = torch.func.vmap(torch.func.grad_and_value(objective), in_dims=axes)

    def one_step(rows: torch.Tensor | None, step: torch.Tensor) -> torch.Tensor:
        gradients, losses = gradients_and_losses(tuple(params), l2, x, y, weight, rows)
        update(task, rate, step, params, gradients, first, second)
        return losses

    loop = Loop(problem, start, params, [*first, *second], one_step)

    def collect(raw) -> Outcome:
        return Outcome(*(np.array(a.cpu()) for a in raw))

    return Runner(loop.run, collect, *device())
