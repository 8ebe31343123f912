"""PyTorch with `torch.func`: the loss of one model, vmapped over the models, compiled."""

import torch
from torch.nn.functional import linear

from benchmarks.contract import Arrays, Runner, Sweep
from benchmarks.frameworks.torch._compile import missing_compiler
from benchmarks.frameworks.torch._device import (
    DEVICE,
    device,
    on_device,
    place,
    use_precision,
    use_threads,
)
from benchmarks.frameworks.torch._loop import Loop, State, collect
from benchmarks.frameworks.torch._losses import mean_loss

LIBRARY = "torch"
KIND = "sweep"


def unsupported(task: Sweep) -> str | None:
    return missing_compiler()


def prepare(task: Sweep, arrays: Arrays) -> Runner:
    use_precision(task)
    tensors = on_device(task, arrays)
    state = State(task, arrays)
    l2 = None if arrays.l2 is None else torch.tensor(arrays.l2, device=DEVICE)
    padded = arrays.has_padding

    def objective(
        params: tuple[torch.Tensor, ...],
        l2: torch.Tensor | None,
        x: torch.Tensor,
        y: torch.Tensor,
        sample_weight: torch.Tensor | None,
        rows: torch.Tensor | None,
    ) -> torch.Tensor:
        if rows is not None:
            at = rows.clamp(min=0)
            x, y = x.index_select(0, at), y.index_select(0, at)
            if sample_weight is not None:
                sample_weight = sample_weight.index_select(0, at)
            if padded:
                sample_weight = (rows >= 0) * (1 if sample_weight is None else sample_weight)
        mean = mean_loss(task.model, linear(x, *params), y, sample_weight)
        return mean if l2 is None else mean + 0.5 * l2 * params[0].square().sum()

    x, y, sample_weight = tensors.x, tensors.y, tensors.sample_weight
    # 0 for what differs between models, None for what they share
    axes = (0, None if l2 is None else 0, 0 if x.ndim == 3 else None, 0 if y.ndim == 2 else None,
            None if sample_weight is None else 0, None)  # fmt: skip
    gradients_and_losses = torch.func.vmap(torch.func.grad_and_value(objective), in_dims=axes)

    def step(rows: torch.Tensor | None, number: torch.Tensor) -> torch.Tensor:
        params = tuple(state.params)
        gradients, losses = gradients_and_losses(params, l2, x, y, sample_weight, rows)
        state.update(number, gradients)
        return losses

    return Runner(
        Loop(arrays, state, step).run, collect, *device(), place=place, use_threads=use_threads
    )
