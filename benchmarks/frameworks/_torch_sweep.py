"""What the PyTorch implementations of sweeps share: arrays on the device, losses, updates."""

from collections.abc import Callable

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, mse_loss

from benchmarks.frameworks._cuda_graph import CompiledStep
from benchmarks.frameworks._torch import DEVICE
from benchmarks.spec import ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON, Problem, Task

Tensors = list[torch.Tensor]


def on_device(task: Task, problem: Problem) -> tuple:
    """x, y, the start (weights, bias), and the sample weights or None."""
    x = torch.tensor(problem.x, device=DEVICE)
    kind = torch.int64 if task.model == "softmax" else torch.float32
    y = torch.tensor(problem.y, device=DEVICE, dtype=kind)
    start = [torch.tensor(a, device=DEVICE) for a in (problem.weights, problem.bias)]
    weight = None if problem.weight is None else torch.tensor(problem.weight, device=DEVICE)
    return x, y, start, weight


def example_losses(model: str, scores: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Losses of one model's scores `[n, outputs]`, `[n]`."""
    if model == "softmax":
        return cross_entropy(scores, y, reduction="none")
    if model == "logistic":
        return binary_cross_entropy_with_logits(scores[:, 0], y, reduction="none")
    return mse_loss(scores[:, 0], y, reduction="none")


def update(
    task: Task,
    rate: torch.Tensor,
    step: torch.Tensor,
    params: Tensors,
    gradients: Tensors,
    first: Tensors,
    second: Tensors,
) -> None:
    """One step of SGD or Adam on the parameters of all models, in place.

    Args:
        task: which optimizer.
        rate: learning rates `[models]`.
        step: number of the step from 1, on the device.
        params, gradients, first, second: arrays with a first axis `[models]`.
    """
    for p, g, m, v in zip(params, gradients, first, second, strict=True):
        lr = rate.reshape(-1, *[1] * (p.ndim - 1))
        if task.optimizer == "sgd":
            p.sub_(lr * (m.mul_(task.momentum).add_(g) if task.momentum else g))
        else:
            m.mul_(ADAM_BETA1).add_(g, alpha=1 - ADAM_BETA1)
            v.mul_(ADAM_BETA2).addcmul_(g, g, value=1 - ADAM_BETA2)
            m_hat = m / (1 - ADAM_BETA1**step)
            v_hat = v / (1 - ADAM_BETA2**step)
            p.sub_(lr * m_hat / (v_hat.sqrt() + ADAM_EPSILON))


class Loop:
    """The steps of a compiled `one_step(rows, step) -> losses [models]`; a CUDA graph on a GPU.

    Plan, step counter and losses stay on the device, so that a step takes no argument that changes.

    Args:
        problem: steps and plan.
        start: weights and bias to restart from.
        params: those that are trained, `[models, ...]`.
        buffers: everything that is zero at the start.
        one_step: updates `params` in place; `rows` is None for all examples.
    """

    def __init__(self, problem: Problem, start: Tensors, params: Tensors, buffers: Tensors,
                 one_step: Callable[..., torch.Tensor]):  # fmt: skip
        self.problem, self.start, self.params = problem, start, params
        self.counter = torch.zeros(1, dtype=torch.int64, device=DEVICE)
        self.buffers = [*buffers, self.counter]
        self.losses = torch.zeros(problem.steps, len(params[0]), device=DEVICE)
        plan = None if problem.plan is None else torch.tensor(problem.plan, device=DEVICE).long()

        def step() -> None:
            rows = None if plan is None else plan.index_select(0, self.counter)[0]
            losses = one_step(rows, self.counter + 1)
            self.losses.index_copy_(0, self.counter, losses[None])
            self.counter.add_(1)

        self.compiled = CompiledStep(step, self.counter)

    @torch.no_grad()
    def run(self) -> Tensors:
        play = self.compiled.ready()
        for p, p0 in zip(self.params, self.start, strict=True):
            p.copy_(p0.expand_as(p))
        for buffer in self.buffers:
            buffer.zero_()
        for _ in range(self.problem.steps):
            play()
        if DEVICE.type == "cuda":
            torch.cuda.synchronize()
        return [a.clone() for a in (*self.params, self.losses.T)]
