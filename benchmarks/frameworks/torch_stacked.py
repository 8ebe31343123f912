"""PyTorch as an expert would write a sweep: one wide matrix product, gradients by hand, compiled.

On a shared x the weights of all models are the rows of one matrix, so that scores and gradients are two
products of full width. The elementwise rest is fused by the compiler. Scores are one row per model and
output: a step of the sweep of rates takes nine tenths of the time that it takes with a row per example.
"""

import shutil

import numpy as np
import torch
from torch.nn.functional import one_hot, softplus

from benchmarks.frameworks._torch import DEVICE, device, use_precision
from benchmarks.frameworks._torch_sweep import Loop, on_device, update
from benchmarks.spec import Outcome, Problem, Runner, Task

LIBRARY = "torch"
KIND = "sweep"

torch.compiler.config.recompile_limit = 1000  # each task compiles its own step


def unsupported(task: Task) -> str | None:
    if DEVICE.type == "cpu" and shutil.which("g++") is None:
        return "torch.compile needs a C++ compiler on a CPU; install g++"
    return None


def losses_and_slopes(model: str, z: torch.Tensor, y: torch.Tensor, label: torch.Tensor):
    """Losses `[models, n]` and their derivatives `[models, outputs, n]`, of scores of that shape."""
    if model == "softmax":
        logs = torch.log_softmax(z, dim=1)
        return -(logs * label).sum(dim=1), logs.exp() - label
    z = z[:, 0]
    if model == "logistic":
        return softplus(z) - y * z, (torch.sigmoid(z) - y)[:, None]
    return (z - y).square(), (2 * (z - y))[:, None]


def prepare(task: Task, problem: Problem) -> Runner:
    use_precision(task)
    x, y, start, weight = on_device(task, problem)
    rate = torch.tensor(problem.learning_rate, device=DEVICE)
    l2 = None if problem.l2 is None else torch.tensor(problem.l2, device=DEVICE)[:, None, None]
    models, (outputs, features) = len(rate), problem.weights.shape
    params = [p.expand(models, *p.shape).clone() for p in start]
    first, second = ([torch.zeros_like(p) for p in params] for _ in range(2))
    own = x.ndim == 3
    targets = y if y.ndim == 2 else y[None]
    labels = targets[:, None]
    if task.model == "softmax":
        labels = one_hot(targets, outputs).float().transpose(1, 2).contiguous()
    masked = problem.plan is not None and bool((problem.plan < 0).any())
    share = None if weight is None else weight / weight.sum(dim=1, keepdim=True)

    def scores(x: torch.Tensor) -> torch.Tensor:
        weights, bias = params
        if own:
            return torch.baddbmm(bias[:, :, None], weights, x.transpose(1, 2))
        wide = torch.addmm(bias.reshape(-1, 1), weights.reshape(-1, features), x.T)
        return wide.reshape(models, outputs, -1)

    def products(slopes: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        if own:
            return torch.bmm(slopes, x)
        return (slopes.reshape(models * outputs, -1) @ x).reshape(models, outputs, features)

    def shares(rows: torch.Tensor | None, n: int) -> torch.Tensor | float:
        """What each example counts in the mean, `[models, n]` or a number."""
        if weight is None and not masked:
            return 1 / n
        if rows is None:
            return share
        counts = 1 if weight is None else weight.index_select(1, rows.clamp(min=0))
        counts = counts * (rows >= 0).float()[None] if masked else counts
        return counts / counts.sum(dim=1, keepdim=True)

    def one_step(rows: torch.Tensor | None, step: torch.Tensor) -> torch.Tensor:
        x_rows, y_rows, label = x, targets, labels
        if rows is not None:
            at = rows.clamp(min=0)
            x_rows = x.index_select(1 if own else 0, at)
            y_rows, label = targets.index_select(1, at), labels.index_select(2, at)
        each, slopes = losses_and_slopes(task.model, scores(x_rows), y_rows, label)
        counts = shares(rows, each.shape[1])
        losses = (counts * each).sum(dim=1)
        slopes = slopes * (counts if isinstance(counts, float) else counts[:, None])
        gradient = products(slopes, x_rows)
        if l2 is not None:
            losses = losses + 0.5 * l2[:, 0, 0] * params[0].square().sum(dim=(1, 2))
            gradient = gradient + l2 * params[0]
        update(task, rate, step, params, [gradient, slopes.sum(dim=2)], first, second)
        return losses

    loop = Loop(problem, start, params, [*first, *second], one_step)

    def collect(raw) -> Outcome:
        return Outcome(*(np.array(a.cpu()) for a in raw))

    return Runner(loop.run, collect, *device())
