"""Asking the judge for the loss and the certified gap of an outcome."""

from collections.abc import Callable
from typing import NamedTuple, cast

import numpy as np

from benchmarks.contract import Case, Outcome, Solve
from benchmarks.proof.parity import NotTheSame
from benchmarks.workers.host import Host
from benchmarks.workers.messages import Unsupported
from benchmarks.workers.pool import Pool
from benchmarks.workers.worker import WorkerError

Judge = Callable[[Outcome], tuple[float, float]]
"""Maps an outcome to its loss and relative gap; for many models, of the one with the largest gap."""


class JudgeFailed(Exception):
    """The judge failed; it says nothing about the solver that was to be judged."""


class Judgement(NamedTuple):
    """Losses of parameters and bounds on their gaps.

    Attributes:
        loss: the objective in float64, penalties included, `[models]`.
        gap: upper bound on `(loss - minimum) / minimum`, `[models]`.
    """

    loss: np.ndarray
    gap: np.ndarray


def judge_of(case: Case[Solve], pool: Pool) -> Judge:
    """The judge of a task, ready in a worker of its own.

    Raises:
        JudgeFailed: if the judge does not find every minimum itself.
    """
    task, arrays = case.task, case.arrays
    try:
        worker = pool.worker("judge", package="proof")
        worker.ask(Host.prepare, task, case.folder)
    except (WorkerError, Unsupported) as error:
        raise JudgeFailed(str(error)) from None
    models = (task.models,) if task.sweep else ()
    expected = tuple((*models, *p.shape) for p in (arrays.weights, arrays.bias))

    def judge(outcome: Outcome) -> tuple[float, float]:
        shapes = tuple(p.shape for p in outcome[:2])
        if shapes != expected:
            raise NotTheSame(
                f"got weights and bias of shapes {shapes}; expected {expected}. Weights are "
                "[outputs, features]: collect() may have to transpose."
            )
        try:
            worker.ask(Host.run, *outcome[:2])
            losses, gaps = cast(Judgement, worker.ask(Host.outcome))
        except WorkerError as error:
            raise JudgeFailed(str(error)) from None
        gaps = np.where(np.isfinite(gaps), gaps, np.inf)  # a NaN is worse than any gap
        return float(losses[gaps.argmax()]), float(gaps.max())

    return judge
