"""PyTorch in the style of its tutorials: a module, a data loader, zero_grad / backward / step."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.contract import (
    ADAM_BETA1,
    ADAM_BETA2,
    ADAM_EPSILON,
    Arrays,
    Outcome,
    Runner,
    Training,
)
from benchmarks.frameworks.torch._device import (
    DEVICE,
    device,
    on_device,
    place,
    synchronize,
    use_precision,
    use_threads,
)
from benchmarks.frameworks.torch._losses import mean_loss

LIBRARY = "torch"
KIND = "training"


def unsupported(task: Training) -> str | None:
    return None


def make_optimizer(
    task: Training, learning_rate: float, params: Iterable[torch.nn.Parameter]
) -> torch.optim.Optimizer:
    # fused: one kernel updates all parameters, PyTorch's fastest on CPU and GPU
    if task.optimizer == "adam":
        betas = (ADAM_BETA1, ADAM_BETA2)
        return torch.optim.Adam(params, learning_rate, betas, ADAM_EPSILON, fused=True)
    return torch.optim.SGD(params, learning_rate, task.momentum, fused=True)


def make_module(weights: torch.Tensor, bias: torch.Tensor) -> torch.nn.Linear:
    outputs, features = weights.shape
    module = torch.nn.Linear(features, outputs, device=DEVICE)
    with torch.no_grad():
        module.weight.copy_(weights)
        module.bias.copy_(bias)
    return module


def prepare(task: Training, arrays: Arrays) -> Runner:
    use_precision(task)
    x, y, *_ = on_device(task, arrays)
    loader: Iterable[Any] = [(x, y)] * arrays.steps
    if arrays.plan is not None:
        # The sampler yields the indices of a whole batch and automatic batching is off, so that
        # the data set is indexed once per batch and not once per example: twice the speed on MNIST.
        sampler: Any = [torch.from_numpy(rows).to(DEVICE) for rows in arrays.batches()]
        loader = DataLoader(TensorDataset(x, y), sampler=sampler, batch_size=None)

    def run(start: tuple[torch.Tensor, ...]) -> tuple[torch.nn.Linear, list[torch.Tensor]]:
        module = make_module(*start)
        optimizer = make_optimizer(task, task.learning_rate, module.parameters())
        losses = []
        for x_batch, y_batch in loader:
            optimizer.zero_grad()
            loss = mean_loss(task.model, module(x_batch), y_batch)
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())  # no .item(), which would wait for the GPU in every step
        synchronize()
        return module, losses

    def collect(raw: Any) -> Outcome:
        module, losses = raw
        tensors = (module.weight, module.bias, torch.stack(losses))
        return Outcome(*(np.array(a.detach().cpu()) for a in tensors))

    return Runner(run, collect, *device(), place=place, use_threads=use_threads)
