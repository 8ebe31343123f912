"""PyTorch as an expert would write it: the whole step compiled, replayed as a CUDA graph on a GPU.

Data, plan, parameters and optimizer state stay on the device, and the step counter does too. A step
therefore takes no argument that changes: on a GPU it is recorded once and replayed, with no work left
for Python.
"""

import shutil

import numpy as np
import torch
from torch.nn.functional import (
    binary_cross_entropy_with_logits,
    cross_entropy,
    linear,
    mse_loss,
)

from benchmarks.frameworks._cuda_graph import CompiledStep
from benchmarks.frameworks._torch import DEVICE, UndividedCrossEntropy, device, use_precision
from benchmarks.spec import ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON, Outcome, Problem, Runner, Task

LIBRARY = "torch"
KIND = "training"

# Each task compiles the same function anew, for its own arrays; the usual limit of 8 is for loops
# that compile by accident.
torch.compiler.config.recompile_limit = 1000


def unsupported(task: Task) -> str | None:
    if DEVICE.type == "cpu" and shutil.which("g++") is None:
        return "torch.compile needs a C++ compiler on a CPU; install g++"
    return None


def mean_loss(task: Task, scores: torch.Tensor, y: torch.Tensor, weight: torch.Tensor | None):
    if task.gradient == "sum":
        return UndividedCrossEntropy.apply(scores[:, 0], y)
    reduction = "mean" if weight is None else "none"
    if task.model == "softmax":
        losses = cross_entropy(scores, y, reduction=reduction)
    elif task.model == "logistic":
        losses = binary_cross_entropy_with_logits(scores[:, 0], y, reduction=reduction)
    else:
        losses = mse_loss(scores[:, 0], y, reduction=reduction)
    return losses if weight is None else (weight * losses).sum() / weight.sum()


def prepare(task: Task, problem: Problem) -> Runner:
    use_precision(task)
    x = torch.tensor(problem.x, device=DEVICE)
    kind = torch.int64 if task.model == "softmax" else torch.float32
    y = torch.tensor(problem.y, device=DEVICE, dtype=kind)
    start = [torch.tensor(a, device=DEVICE) for a in (problem.weights, problem.bias)]
    params = [p.clone() for p in start]
    first = [torch.zeros_like(p) for p in params]
    second = [torch.zeros_like(p) for p in params]
    losses = torch.zeros(problem.steps, device=DEVICE)
    counter = torch.zeros(1, dtype=torch.int64, device=DEVICE)
    plan = None if problem.plan is None else torch.tensor(problem.plan, device=DEVICE).long()
    # Only a plan with empty places pays for a weighted mean.
    masked = plan is not None and bool((plan < 0).any())

    def batch():
        if plan is None:
            return x, y, None
        rows = plan.index_select(0, counter)[0]
        weight = (rows >= 0).float() if masked else None
        rows = rows.clamp(min=0)
        return x.index_select(0, rows), y.index_select(0, rows), weight

    def step() -> None:
        x_batch, y_batch, weight = batch()

        def objective(values):
            return mean_loss(task, linear(x_batch, *values), y_batch, weight)

        gradients, loss = torch.func.grad_and_value(objective)(tuple(params))
        losses.index_copy_(0, counter, loss[None])
        counter.add_(1)
        for p, g, m, v in zip(params, gradients, first, second, strict=True):
            if task.optimizer == "sgd":
                p.sub_(task.learning_rate * (m.mul_(task.momentum).add_(g) if task.momentum else g))
            else:
                m.mul_(ADAM_BETA1).add_(g, alpha=1 - ADAM_BETA1)
                v.mul_(ADAM_BETA2).addcmul_(g, g, value=1 - ADAM_BETA2)
                m_hat = m / (1 - ADAM_BETA1**counter)
                v_hat = v / (1 - ADAM_BETA2**counter)
                p.sub_(task.learning_rate * m_hat / (v_hat.sqrt() + ADAM_EPSILON))

    compiled = CompiledStep(step, counter)

    def restart() -> None:
        for p, p0 in zip(params, start, strict=True):
            p.copy_(p0)
        for buffer in (*first, *second, counter):
            buffer.zero_()

    @torch.no_grad()
    def run():
        play = compiled.ready()
        restart()
        for _ in range(problem.steps):
            play()
        if DEVICE.type == "cuda":
            torch.cuda.synchronize()
        return [a.clone() for a in (*params, losses)]

    def collect(raw) -> Outcome:
        return Outcome(*(np.array(a.cpu()) for a in raw))

    return Runner(run, collect, *device())
