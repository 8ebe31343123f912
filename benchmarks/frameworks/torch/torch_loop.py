"""PyTorch: the usual sweep, a Python loop over models, each with its own optimizer."""

import numpy as np
import torch

from benchmarks.contract import Arrays, Outcome, Runner, Sweep
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
from benchmarks.frameworks.torch.torch_eager import make_module, make_optimizer

LIBRARY = "torch"
KIND = "sweep"
SLOW_START = "it trains one model after the other"


def unsupported(task: Sweep) -> str | None:
    return None


def prepare(task: Sweep, arrays: Arrays) -> Runner:
    assert arrays.learning_rate is not None, "a sweep has a learning rate for each model"
    use_precision(task)
    x, y, _, _, sample_weight = on_device(task, arrays)
    rates = arrays.learning_rate.tolist()
    l2 = None if arrays.l2 is None else arrays.l2.tolist()
    batches: list[torch.Tensor] | list[slice] = [slice(None)] * arrays.steps
    if arrays.plan is not None:
        batches = [torch.from_numpy(rows).to(DEVICE) for rows in arrays.batches()]

    def train(i: int, start: tuple[torch.Tensor, ...]) -> tuple[torch.nn.Linear, torch.Tensor]:
        x_i = x[i] if x.ndim == 3 else x
        y_i = y[i] if y.ndim == 2 else y
        module = make_module(*start)
        optimizer = make_optimizer(task, rates[i], module.parameters())
        losses = []
        for rows in batches:
            optimizer.zero_grad()
            share = None if sample_weight is None else sample_weight[i, rows]
            loss = mean_loss(task.model, module(x_i[rows]), y_i[rows], share)
            if l2 is not None:
                loss = loss + 0.5 * l2[i] * module.weight.square().sum()
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())  # no .item(), which would wait for the GPU in every step
        return module, torch.stack(losses)

    def run(start: tuple[torch.Tensor, ...]) -> list[tuple[torch.nn.Linear, torch.Tensor]]:
        trained = [train(i, start) for i in range(task.models)]
        synchronize()
        return trained

    def collect(raw: list[tuple[torch.nn.Linear, torch.Tensor]]) -> Outcome:
        weights = np.stack([module.weight.detach().cpu().numpy() for module, _ in raw])
        bias = np.stack([module.bias.detach().cpu().numpy() for module, _ in raw])
        return Outcome(weights, bias, np.stack([losses.cpu().numpy() for _, losses in raw]))

    return Runner(run, collect, *device(), place=place, use_threads=use_threads)
