"""PyTorch at its fastest on a CPU: several steps in one compiled call, with gradients by hand.

A call of a compiled function takes some 30 microseconds, in which its guards are checked, and a small step
takes less than that. So one call takes STEPS steps, unrolled while it is compiled. The weights are one row
per output, as in `tf_xla`.
"""

from collections.abc import Callable, Sequence

import torch

from benchmarks.contract import Arrays, Runner, Training
from benchmarks.frameworks.torch._compile import missing_compiler
from benchmarks.frameworks.torch._device import (
    DEVICE,
    Tensors,
    device,
    on_device,
    place,
    use_precision,
    use_threads,
)
from benchmarks.frameworks.torch._loop import State, collect

LIBRARY = "torch"
KIND = "training"
SLOW_START = "it compiles for 10 to 30 seconds"

STEPS = 10
"""Steps of a call."""


def unsupported(task: Training) -> str | None:
    if DEVICE.type != "cpu":
        return "unrolled steps save the time of calls from a CPU; `torch_compile` replays a graph on a GPU"
    return missing_compiler()


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
    plan = None if arrays.plan is None else torch.tensor(arrays.plan).long()
    take_step = step_of(task, arrays, tensors, state)

    def several(count: int) -> Callable[[torch.Tensor | None, torch.Tensor], torch.Tensor]:
        def steps(rows: torch.Tensor | None, number: torch.Tensor) -> torch.Tensor:
            losses = []
            for k in range(count):
                losses.append(take_step(None if rows is None else rows[k], number + k))
            return torch.stack(losses)

        return torch.compile(steps, fullgraph=True, dynamic=False)

    whole, left = divmod(arrays.steps, STEPS)
    calls = [(several(STEPS), STEPS)] * whole + ([(several(left), left)] if left else [])

    @torch.no_grad()
    def run(start: Sequence[torch.Tensor]) -> list[torch.Tensor]:
        state.restart(start)
        losses, done = [], 0
        for steps, count in calls:
            rows = None if plan is None else plan[done : done + count]
            losses.append(steps(rows, torch.tensor([done + 1])))
            done += count
        return [*(p.clone() for p in state.params), torch.cat(losses)]

    return Runner(run, collect, *device(), place=place, use_threads=use_threads)


def step_of(
    task: Training, arrays: Arrays, tensors: Tensors, state: State
) -> Callable[[torch.Tensor | None, torch.Tensor], torch.Tensor]:
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
