"""Trainings on a CPU by several steps in one compiled call.

A call of a compiled function takes some 30 microseconds, in which its guards are checked, and a small step
takes less than that. So one call takes STEPS steps, unrolled while it is compiled.
"""

from collections.abc import Sequence

import torch

from benchmarks.contract import Arrays
from benchmarks.frameworks.torch._compile import missing_compiler
from benchmarks.frameworks.torch._device import DEVICE
from benchmarks.frameworks.torch._loop import State, Step

STEPS = 10
"""Steps of a call."""


def unrolling_is_useless() -> str | None:
    """The reason why steps are not unrolled here, or None."""
    if DEVICE.type != "cpu":
        return "unrolled steps save the time of calls on a CPU; a GPU replays a graph without any"
    return missing_compiler()


class UnrolledLoop:
    """The steps of a training, compiled STEPS at a time; the same arguments as `_loop.Loop`."""

    def __init__(self, arrays: Arrays, state: State, step: Step):
        self.state = state
        self.plan = None if arrays.plan is None else torch.tensor(arrays.plan).long()
        whole, left = divmod(arrays.steps, STEPS)
        self.calls = [(_several(step, STEPS), STEPS)] * whole
        self.calls += [(_several(step, left), left)] if left else []

    @torch.no_grad()
    def run(self, start: Sequence[torch.Tensor]) -> list[torch.Tensor]:
        self.state.restart(start)
        losses, done = [], 0
        for steps, count in self.calls:
            rows = None if self.plan is None else self.plan[done : done + count]
            losses.append(steps(rows, torch.tensor([done + 1])))
            done += count
        return [*(p.clone() for p in self.state.params), torch.cat(losses).movedim(0, -1)]


def _several(step: Step, count: int) -> Step:
    def steps(rows: torch.Tensor | None, number: torch.Tensor) -> torch.Tensor:
        each = range(count)
        return torch.stack([step(None if rows is None else rows[k], number + k) for k in each])

    return torch.compile(steps, fullgraph=True, dynamic=False)
