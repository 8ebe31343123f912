"""Trainings by a compiled step: parameters, optimizer state, and the loop over steps."""

from collections.abc import Callable, Sequence

import numpy as np
import torch

from benchmarks.contract import (
    ADAM_BETA1,
    ADAM_BETA2,
    ADAM_EPSILON,
    Arrays,
    Outcome,
    Training,
)
from benchmarks.frameworks.torch._compile import CompiledStep
from benchmarks.frameworks.torch._device import DEVICE, synchronize

Step = Callable[[torch.Tensor | None, torch.Tensor], torch.Tensor]
"""`step(rows, number)` trains in place on the examples in `rows`, where -1 is padding, or on all of them if
`rows` is None. `number` counts the steps from 1. It returns the loss, for a sweep `[models]`."""


class State:
    """Parameters and optimizer state, all changed in place.

    Args:
        task: which optimizer.
        arrays: shapes, and the learning rates of a sweep; the parameters then get a leading axis for the
            models.
    """

    def __init__(self, task: Training, arrays: Arrays):
        self.task = task
        models: tuple[int, ...] = ()
        self.rates: list[float | torch.Tensor] = [task.learning_rate] * 2
        if arrays.learning_rate is not None:
            rate = torch.tensor(arrays.learning_rate, device=DEVICE)
            models, self.rates = (len(rate),), [rate[:, None, None], rate[:, None]]
        self.params = [torch.zeros(*models, *p.shape, device=DEVICE) for p in arrays.start]
        self.first = [torch.zeros_like(p) for p in self.params]
        self.second = [torch.zeros_like(p) for p in self.params]

    def restart(self, start: Sequence[torch.Tensor]) -> None:
        for p, p0 in zip(self.params, start, strict=True):
            p.copy_(p0)  # the models of a sweep have the same start
        for buffer in (*self.first, *self.second):
            buffer.zero_()

    def update(self, number: torch.Tensor, gradients: Sequence[torch.Tensor]) -> None:
        """One step of SGD or Adam; `number` counts the steps from 1, on the device."""
        # `numpy_float64` defines the steps; written again here, so that the example is complete
        task = self.task
        for rate, p, g, m, v in zip(
            self.rates, self.params, gradients, self.first, self.second, strict=True
        ):
            if task.optimizer == "sgd":
                p.sub_(rate * (m.mul_(task.momentum).add_(g) if task.momentum else g))
            else:
                m.mul_(ADAM_BETA1).add_(g, alpha=1 - ADAM_BETA1)
                v.mul_(ADAM_BETA2).addcmul_(g, g, value=1 - ADAM_BETA2)
                m_hat = m / (1 - ADAM_BETA1**number)
                v_hat = v / (1 - ADAM_BETA2**number)
                p.sub_(rate * m_hat / (v_hat.sqrt() + ADAM_EPSILON))


class Loop:
    """The steps of a training, compiled.

    Plan, step counter and losses stay on the device, so that a step takes no argument that changes.

    Args:
        arrays: steps and plan.
        state: what `step` updates.
        step: takes one step.
    """

    def __init__(self, arrays: Arrays, state: State, step: Step):
        self.steps, self.state = arrays.steps, state
        self.counter = torch.zeros(1, dtype=torch.int64, device=DEVICE)
        models = () if arrays.learning_rate is None else (len(arrays.learning_rate),)
        self.losses = torch.zeros(arrays.steps, *models, device=DEVICE)
        plan = None if arrays.plan is None else torch.tensor(arrays.plan, device=DEVICE).long()

        def counted_step() -> None:
            rows = None if plan is None else plan.index_select(0, self.counter)[0]
            loss = step(rows, self.counter + 1)
            self.losses.index_copy_(0, self.counter, loss[None])
            self.counter.add_(1)

        self.compiled = CompiledStep(counted_step, self.counter)

    @torch.no_grad()
    def run(self, start: Sequence[torch.Tensor]) -> list[torch.Tensor]:
        take_step = self.compiled.ready()
        self.state.restart(start)
        self.counter.zero_()
        for _ in range(self.steps):
            take_step()
        synchronize()
        return [a.clone() for a in (*self.state.params, self.losses.movedim(0, -1))]


def collect(raw: list[torch.Tensor]) -> Outcome:
    """Parameters and losses, as `Loop.run` returns them."""
    return Outcome(*(np.array(a.cpu()) for a in raw))
