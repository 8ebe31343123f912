"""A solve, by all its implementations: climb to ever smaller gaps, have each judged, then time them.

First everybody climbs alone: it solves from zero at one tolerance after the other, and the judge says what
gap the parameters have, whatever the solver claims. Then the points are timed in turn, warm; see
`curves.py`. Parameters without a finite gap are no point, and are never timed.
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np

from benchmarks.curves import GAPS, TOLERANCES, Climber, Effort, conclude, smallest_gap, time
from benchmarks.measure import Pool, Tell, prepare
from benchmarks.process import WorkerDied, WorkerError, WorkerTooSlow
from benchmarks.record import Row
from benchmarks.solve_spec import SolveTask
from benchmarks.spec import Outcome, Problem
from benchmarks.worker import Session

JUDGE = "_judge"

PATIENCE = 2
"""Tolerances that bring new parameters but no smaller gap, after which a climb ends."""

Judge = Callable[[Outcome], tuple[float, float]]
"""From parameters to their loss and gap, of many models those of the one with the worst gap."""


def measure(
    task: SolveTask,
    problem: Problem,
    folder: Path,
    rows: list[Row],
    pool: Pool,
    effort: Effort,
    tell: Tell,
) -> None:
    """Fill in the rows of a task: curve, status, ledger, and as seconds those of the target.

    Args:
        task, problem: what is solved.
        folder: where `problem` is saved.
        rows: one per implementation.
        pool: the workers.
        effort: how long to try.
        tell: takes progress, as `print` does.

    Raises:
        WorkerError: if the judge fails; then nothing is worth a time.
    """
    judge, climbers = judge_of(task, problem, folder, pool), []
    try:
        for number, row in enumerate(rows, 1):
            tell(f"  {number:2}/{len(rows)} {row.framework:23} ", end="")
            try:
                climbers.append(Climber(row, prepare(row, pool, task, folder)))
                climb(climbers[-1], judge, effort)
                tell(_progress(climbers[-1]))
            except NotImplementedError as error:
                row.reason = str(error)
                tell(row.explanation())
            except WorkerError as error:
                row.status, row.reason = "failed", str(error)
                tell(row.explanation())
        for climber in climbers:
            if climber.row.curve and not climber.alive:
                _revive(climber, pool, task, folder)
        tell(f"  timing {' '.join(c.row.framework for c in climbers)}")
        time(climbers, task.target, effort)
    finally:
        for climber in climbers:
            conclude(climber, task.target)


def judge_of(task: SolveTask, problem: Problem, folder: Path, pool: Pool) -> Judge:
    """The judge of a task, ready in its own process."""
    worker, _ = pool.worker(JUDGE)
    worker.ask(Session.prepare, task, folder)
    models = (task.models,) if task.sweep else ()
    expected = tuple((*models, *p.shape) for p in (problem.weights, problem.bias))

    def judge(outcome: Outcome) -> tuple[float, float]:
        shapes = tuple(p.shape for p in outcome[:2])
        if shapes != expected:
            raise WorkerError(
                f"got weights and bias of shapes {shapes}; expected {expected}. Weights are "
                "[outputs, features]: collect() may have to transpose."
            )
        worker.ask(Session.run, *outcome[:2])
        verdict = worker.ask(Session.outcome)
        # a NaN is worse than any gap
        gaps = np.where(np.isfinite(verdict.gap), verdict.gap, np.inf)
        return float(verdict.loss[gaps.argmax()]), float(gaps.max())

    return judge


def climb(climber: Climber, judge: Judge, effort: Effort) -> None:
    """Solve at one tolerance after the other; the climber says why it ended."""
    last, best, idle, spent, cost = None, np.inf, 0, 0.0, 0.0
    for tol in TOLERANCES:
        if spent + cost > effort.climb:
            climber.end = f"{effort.climb:.0f} s did not suffice for tolerance {tol:.0e}"
            return
        try:
            first, outcome = _solve(climber, tol, effort)
            # the very first run is about compilation more than about the tolerance
            cost = first if tol < TOLERANCES[0] else 0.0
            spent += cost
            # where the tolerance does not matter, as between two steps of Newton, it is the same point
            if last is not None and all(map(np.array_equal, outcome[:2], last[:2])):
                continue
            loss, gap = judge(outcome)
        except WorkerError as error:
            climber.end = f"at tolerance {tol:.0e}: {error}"
            climber.alive = not isinstance(error, WorkerDied)
            climber.slow = isinstance(error, WorkerTooSlow)
            return
        last = outcome
        if np.isfinite(gap):
            point = {"tol": tol, "first": first, "seconds": [], "loss": loss, "gap": gap}
            climber.row.curve.append(point)
        idle = 0 if gap < best else idle + 1
        best = min(best, gap)
        if gap <= GAPS[-1] or idle == PATIENCE:
            climber.end = "" if gap <= GAPS[-1] else f"no smaller gap at tolerance {tol:.0e}"
            return
    climber.end = "no smaller gap at smaller tolerances"


def _solve(climber: Climber, tol: float, effort: Effort) -> tuple[float, Outcome]:
    """The first run at a tolerance; its seconds and what it gave."""
    ledger = climber.row.ledger
    cost = climber.worker.ask(Session.run, tol, within=effort.solve)
    ledger.setdefault("first", cost)
    ledger |= climber.worker.ask(Session.memory)
    return cost, climber.worker.ask(Session.outcome)


def _revive(climber: Climber, pool: Pool, task: SolveTask, folder: Path) -> None:
    """A new process, as warm as the one that was ended; without one its first runs have to do."""
    with suppress(WorkerError):
        climber.worker, _ = pool.worker(climber.row.framework)
        climber.worker.ask(Session.prepare, task, folder)
        climber.worker.ask(Session.run, TOLERANCES[0])
        climber.alive = True


def _progress(climber: Climber) -> str:
    first = climber.row.ledger.get("first", np.nan)
    end = f"; {climber.end}" if climber.end else ""
    return f"first run {first:6.2f} s, gap {smallest_gap(climber.row.curve):.0e}{end}"
