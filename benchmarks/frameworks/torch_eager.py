"""PyTorch as its tutorials write it: a module, a data loader, zero_grad / backward / step."""

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, mse_loss
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.frameworks._torch import DEVICE, UndividedCrossEntropy, device, use_precision
from benchmarks.spec import ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON, Outcome, Problem, Runner, Task

LIBRARY = "torch"
KIND = "training"


def unsupported(task: Task) -> str | None:
    return None


def make_optimizer(task: Task, params) -> torch.optim.Optimizer:
    # fused: one kernel updates all parameters, PyTorch's fastest on CPU and GPU
    if task.optimizer == "adam":
        betas = (ADAM_BETA1, ADAM_BETA2)
        return torch.optim.Adam(params, task.learning_rate, betas, ADAM_EPSILON, fused=True)
    return torch.optim.SGD(params, task.learning_rate, task.momentum, fused=True)


def mean_loss(task: Task, scores: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    if task.gradient == "sum":
        return UndividedCrossEntropy.apply(scores[:, 0], y)
    if task.model == "linear":
        return mse_loss(scores[:, 0], y)
    if task.model == "logistic":
        return binary_cross_entropy_with_logits(scores[:, 0], y)
    return cross_entropy(scores, y)


def prepare(task: Task, problem: Problem) -> Runner:
    use_precision(task)
    # Mapped read-only arrays are copied: a tensor may be written to. Cross-entropy wants int64.
    x = torch.tensor(problem.x, device=DEVICE)
    kind = torch.int64 if task.model == "softmax" else torch.float32
    y = torch.tensor(problem.y, device=DEVICE, dtype=kind)
    weights = torch.tensor(problem.weights, device=DEVICE)
    bias = torch.tensor(problem.bias, device=DEVICE)
    if problem.plan is None:
        loader = [(x, y)] * problem.steps
    else:
        # The sampler yields the indices of a whole batch and automatic batching is off, so that
        # the data set is indexed once per batch and not once per example: twice the speed on MNIST.
        sampler = [torch.from_numpy(rows).to(DEVICE) for rows in problem.batches()]
        loader = DataLoader(TensorDataset(x, y), sampler=sampler, batch_size=None)

    def run():
        module = torch.nn.Linear(x.shape[1], len(bias), device=DEVICE)
        with torch.no_grad():
            module.weight.copy_(weights)
            module.bias.copy_(bias)
        optimizer = make_optimizer(task, module.parameters())
        losses = []
        for x_batch, y_batch in loader:
            optimizer.zero_grad()
            loss = mean_loss(task, module(x_batch), y_batch)
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())  # no .item(), which would wait for the GPU in every step
        if DEVICE.type == "cuda":
            torch.cuda.synchronize()
        return module, losses

    def collect(raw) -> Outcome:
        module, losses = raw
        arrays = (module.weight, module.bias, torch.stack(losses))
        return Outcome(*(np.array(a.detach().cpu()) for a in arrays))

    return Runner(run, collect, *device())
