"""PyTorch at its fastest on a CPU: several steps in one compiled call, with gradients by hand.

The weights are one row per output, as in `tf_xla`.
"""

import torch

from benchmarks.contract import Arrays, Runner, Training
from benchmarks.frameworks.torch._device import (
    Tensors,
    device,
    on_device,
    place,
    use_precision,
    use_threads,
)
from benchmarks.frameworks.torch._loop import State, Step, collect
from benchmarks.frameworks.torch._unrolled import UnrolledLoop, unrolling_is_useless

LIBRARY = "torch"
KIND = "training"
SLOW_START = "it compiles for 10 to 30 seconds"


def unsupported(task: Training) -> str | None:
    return unrolling_is_useless()


def losses_and_derivatives(
    model: str, scores: torch.Tensor, y: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Losses `[n]`, and their derivatives with respect to the scores `[outputs, n]`."""
    if model == "linear":
        error = scores - y
        return error[0].square(), 2 * error
    if model == "logistic":
        return torch.nn.functional.softplus(scores[0]) - y * scores[0], scores.sigmoid() - y
    shifted = scores - scores.amax(0)
    is_label = torch.arange(len(scores))[:, None] == y
    exponentials = shifted.exp()
    total = exponentials.sum(0)
    label = torch.where(is_label, shifted, 0.0).sum(0)
    return total.log() - label, exponentials / total - is_label.float()


def prepare(task: Training, arrays: Arrays) -> Runner:
    use_precision(task)
    tensors, state = on_device(task, arrays), State(task, arrays)
    loop = UnrolledLoop(arrays, state, _step_of(task, arrays, tensors, state))
    return Runner(loop.run, collect, *device(), place=place, use_threads=use_threads)


def _step_of(task: Training, arrays: Arrays, tensors: Tensors, state: State) -> Step:
    """A step in place on some rows, -1 of which is padding, or on all examples; returns its loss."""
    padded = arrays.has_padding

    def step(rows: torch.Tensor | None, number: torch.Tensor) -> torch.Tensor:
        x, y, count = tensors.x, tensors.y, float(len(tensors.y))
        weight = None
        if rows is not None:
            at = rows.clamp(min=0)
            x, y, count = x.index_select(0, at), y.index_select(0, at), float(len(rows))
            weight = (rows >= 0).float() if padded else None
        weights, bias = state.params
        losses, slopes = losses_and_derivatives(task.model, weights @ x.t() + bias[:, None], y)
        total = count if weight is None else weight.sum()
        if weight is not None:
            losses, slopes = weight * losses, weight * slopes
        state.update(number, (slopes @ x / total, slopes.sum(1) / total))
        return losses.sum() / total

    return step
