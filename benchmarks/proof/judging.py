"""Asking the judge: from the outcome of a solve to its loss and its certified gap."""

from collections.abc import Callable
from typing import NamedTuple, cast

import numpy as np

from benchmarks.contract import Case, Outcome, Solve
from benchmarks.proof.parity import NotTheSame
from benchmarks.workers.host import Host
from benchmarks.workers.pool import Pool

Judge = Callable[[Outcome], tuple[float, float]]
"""From parameters to their loss and relative gap; of many models those of the one with the worst gap."""


class Judgement(NamedTuple):
    """What the judge says of parameters.

    Attributes:
        loss: the objective in float64, penalties included, `[models]`.
        gap: upper bound on `(loss - minimum) / minimum`, `[models]`.
    """

    loss: np.ndarray
    gap: np.ndarray


def judge_of(case: Case[Solve], pool: Pool) -> Judge:
    """The judge of a task, ready in a worker of its own.

    Raises:
        WorkerError: if the judge does not find every minimum itself.
    """
    task, arrays = case.task, case.arrays
    worker = pool.worker("judge", package="proof")
    worker.ask(Host.prepare, task, case.folder)
    models = (task.models,) if task.sweep else ()
    expected = tuple((*models, *p.shape) for p in (arrays.weights, arrays.bias))

    def judge(outcome: Outcome) -> tuple[float, float]:
        shapes = tuple(p.shape for p in outcome[:2])
        if shapes != expected:
            raise NotTheSame(
                f"got weights and bias of shapes {shapes}; expected {expected}. Weights are "
                "[outputs, features]: collect() may have to transpose."
            )
        worker.ask(Host.run, *outcome[:2])
        losses, gaps = cast(Judgement, worker.ask(Host.outcome))
        gaps = np.where(np.isfinite(gaps), gaps, np.inf)  # a NaN is worse than any gap
        return float(losses[gaps.argmax()]), float(gaps.max())

    return judge
