"""PyTorch in the style of an expert: the whole step compiled, replayed as a CUDA graph on a GPU.

Data, plan, parameters, optimizer state and step counter stay on the device. A step therefore takes no
argument that changes: on a GPU it is recorded once and replayed, with no work left for Python. On a CPU
`torch_unrolled` is faster, with more code.
"""

import torch
from torch.nn.functional import linear

from benchmarks.contract import Arrays, Runner, Training
from benchmarks.frameworks.torch._compile import missing_compiler
from benchmarks.frameworks.torch._device import (
    device,
    on_device,
    place,
    use_precision,
    use_threads,
)
from benchmarks.frameworks.torch._loop import Loop, State, collect
from benchmarks.frameworks.torch._losses import mean_loss

LIBRARY = "torch"
KIND = "training"
SLOW_START = "it compiles for 10 to 20 seconds"


def unsupported(task: Training) -> str | None:
    return missing_compiler()


def prepare(task: Training, arrays: Arrays) -> Runner:
    use_precision(task)
    tensors = on_device(task, arrays)
    state = State(task, arrays)
    padded = arrays.has_padding

    def step(rows: torch.Tensor | None, number: torch.Tensor) -> torch.Tensor:
        x, y, sample_weight = tensors.x, tensors.y, None
        if rows is not None:
            sample_weight = (rows >= 0).float() if padded else None
            at = rows.clamp(min=0)
            x, y = x.index_select(0, at), y.index_select(0, at)

        def objective(params: tuple[torch.Tensor, ...]) -> torch.Tensor:
            return mean_loss(task.model, linear(x, *params), y, sample_weight)

        gradients, loss = torch.func.grad_and_value(objective)(tuple(state.params))
        state.update(number, gradients)
        return loss

    return Runner(
        Loop(arrays, state, step).run, collect, *device(), place=place, use_threads=use_threads
    )
