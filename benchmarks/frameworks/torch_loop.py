"""PyTorch as most people sweep: a Python loop over models, each with its optimizer."""

import numpy as np
import torch

from benchmarks.frameworks._torch import DEVICE, device, use_precision
from benchmarks.frameworks._torch_sweep import example_losses, on_device
from benchmarks.frameworks.torch_eager import make_optimizer
from benchmarks.spec import Outcome, Problem, Runner, Task

LIBRARY = "torch"
KIND = "sweep"


def unsupported(task: Task) -> str | None:
    return None


def prepare(task: Task, problem: Problem) -> Runner:
    use_precision(task)
    x, y, start, weight = on_device(task, problem)
    batches = [slice(None)] * problem.steps
    if problem.plan is not None:
        batches = [torch.from_numpy(rows).to(DEVICE) for rows in problem.batches()]

    def train(i: int) -> tuple[torch.nn.Linear, torch.Tensor]:
        x_i = x[i] if x.ndim == 3 else x
        y_i = y[i] if y.ndim == 2 else y
        module = torch.nn.Linear(x.shape[-1], len(problem.bias), device=DEVICE)
        with torch.no_grad():
            module.weight.copy_(start[0])
            module.bias.copy_(start[1])
        optimizer = make_optimizer(task, module.parameters())
        optimizer.param_groups[0]["lr"] = float(problem.learning_rate[i])
        losses = []
        for rows in batches:
            optimizer.zero_grad()
            each = example_losses(task.model, module(x_i[rows]), y_i[rows])
            if weight is None:
                loss = each.mean()
            else:
                loss = (weight[i, rows] * each).sum() / weight[i, rows].sum()
            if problem.l2 is not None:
                loss = loss + 0.5 * float(problem.l2[i]) * module.weight.square().sum()
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())  # .item() here would wait for the device in every step
        return module, torch.stack(losses)

    def run() -> list[tuple[torch.nn.Linear, torch.Tensor]]:
        trained = [train(i) for i in range(len(problem.learning_rate))]
        if DEVICE.type == "cuda":
            torch.cuda.synchronize()
        return trained

    def collect(raw) -> Outcome:
        weights = np.stack([module.weight.detach().cpu().numpy() for module, _ in raw])
        bias = np.stack([module.bias.detach().cpu().numpy() for module, _ in raw])
        return Outcome(weights, bias, np.stack([losses.cpu().numpy() for _, losses in raw]))

    return Runner(run, collect, *device())
