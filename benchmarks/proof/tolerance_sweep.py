"""The tolerance sweep of a solver: it solves at one tolerance after the other, and each result is judged.

A solver's own tolerance means something else in every library, and what it reports of its convergence plays
no part. Parameters without a finite gap are no point of the curve, and are never timed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from benchmarks.contract import Outcome, Positive, Seconds
from benchmarks.proof.judging import Judge
from benchmarks.proof.parity import NotTheSame
from benchmarks.verdicts.intervals import typical
from benchmarks.workers.host import Host
from benchmarks.workers.worker import Worker, WorkerError

TOLERANCES = tuple(10.0**-power for power in range(1, 13))

SMALLEST_GAP = 1e-8
"""The tolerance sweep stops at this gap, where the task requires none that is smaller."""

MOST_WITHOUT_PROGRESS = 2
"""The sweep stops after so many tolerances that bring new parameters but no smaller gap."""


@dataclass
class CurvePoint:
    """A solve at a tolerance.

    Attributes:
        tol: the solver's own tolerance.
        first: seconds of the first run.
        loss, gap: certified by the judge; the gap is relative to the minimum. For many models, the worst.
        blocks: seconds of the timed runs, by process.
        converged: whether the solver says that the tolerance is reached and that it is the relative gap.
    """

    tol: float
    first: Seconds
    loss: float
    gap: Positive
    blocks: list[list[Seconds]] = field(default_factory=list)
    converged: bool | None = None

    @property
    def rounds(self) -> list[Seconds]:
        """Seconds of the timed runs of all processes."""
        return [each for rounds in self.blocks for each in rounds]

    @property
    def typical(self) -> float:
        """Typical seconds of the timed runs; there has to be one."""
        return typical(self.blocks)


class Limits(NamedTuple):
    """How far a tolerance sweep goes, and how long it may take.

    Attributes:
        total: seconds of all its solves together.
        solve: seconds of any one solve; a longer one is ended, and ends the sweep.
        gap: it ends at this gap.
    """

    total: float
    solve: float
    gap: float = SMALLEST_GAP


class End(NamedTuple):
    """Why a sweep ended.

    Attributes:
        reason: in words; empty if the smallest gap was reached.
        error: what the worker failed with, if it did.
    """

    reason: str = ""
    error: WorkerError | None = None


def sweep_tolerances(
    worker: Worker, judge: Judge, limits: Limits, points: list[CurvePoint], costs: dict[str, float]
) -> End:
    """Solve at ever smaller tolerances.

    Args:
        worker: prepared for the task.
        judge: of the task.
        limits: how long it may take.
        points: each tolerance with a finite gap is appended at once, so that an interruption loses none.
        costs: of the row; seconds of the very first run and peak memory are added.

    Raises:
        JudgeFailed: if the judge failed.
    """
    last: Outcome | None = None
    best, idle, spent, cost = np.inf, 0, 0.0, 0.0
    for tol in TOLERANCES:
        if spent + cost > limits.total:
            return End(f"time limit of {limits.total:.0f} s reached before tolerance {tol:.0e}")
        try:
            first, outcome = _solve(worker, tol, limits, costs)
            # the very first run is about compilation more than about the tolerance
            cost = first if tol < TOLERANCES[0] else 0.0
            spent += cost
            # where the tolerance does not matter, as between two steps of Newton, it is the same point
            if last is not None and all(map(np.array_equal, outcome[:2], last[:2])):
                continue
            loss, gap = judge(outcome)
        except WorkerError as error:
            return End(f"at tolerance {tol:.0e}: {error}", error)
        except NotTheSame as difference:
            return End(f"at tolerance {tol:.0e}: {difference}")
        last = outcome
        if np.isfinite(gap):
            points.append(CurvePoint(tol, first, loss, gap, converged=says_converged(outcome)))
        idle = 0 if gap < best else idle + 1
        best = min(best, gap)
        if gap <= limits.gap:
            return End()
        if idle == MOST_WITHOUT_PROGRESS:
            return End(f"no smaller gap at tolerance {tol:.0e}")
    return End("no smaller gap at smaller tolerances")


def _solve(
    worker: Worker, tol: float, limits: Limits, costs: dict[str, float]
) -> tuple[float, Outcome]:
    """The first run at a tolerance: its seconds, and what it gave."""
    seconds = worker.ask(Host.run, tol, within=limits.solve)
    costs.setdefault("first", seconds)
    costs |= worker.ask(Host.memory)
    return seconds, worker.ask(Host.outcome)


def says_converged(outcome: Outcome) -> bool | None:
    """Whether a solver says that it has reached the relative gap; None if it says nothing of gaps."""
    return None if outcome.converged is None else bool(outcome.converged)


def fastest(points: Sequence[CurvePoint], gap: float) -> CurvePoint | None:
    """The point that reaches a gap in the shortest typical time, or None."""
    reached = [point for point in points if point.gap <= gap and point.blocks]
    return min(reached, key=lambda point: point.typical, default=None)


def smallest_gap(points: Sequence[CurvePoint]) -> float:
    """The smallest certified gap, infinite without points."""
    return min((point.gap for point in points), default=np.inf)
