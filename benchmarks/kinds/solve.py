"""A solve: minimised by any method, judged in float64, then timed at the tolerances of its curve."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from benchmarks.contract import Arrays, Case, Dataset, Record, Row, Section, Status
from benchmarks.contract import Solve as SolveTask
from benchmarks.kinds import Context, Kind, NoProof, Proved, facts_of
from benchmarks.kinds._arrays import combinations, read_only, without_fold
from benchmarks.kinds._blocks import require_same_work, time_later_blocks
from benchmarks.kinds._solve_proof import solve_at_tolerances
from benchmarks.kinds._solve_row import SolveRow as SolveRow
from benchmarks.kinds._solve_section import ABOUT, LEGEND, SolveFacts, solve_section
from benchmarks.proof.judged_again import JudgedAgain
from benchmarks.proof.judging import Judge, JudgeFailed, judge_of
from benchmarks.proof.tolerance_sweep import CurvePoint, Limits, smallest_gap
from benchmarks.timing.rounds import Budget, Entry, interleave
from benchmarks.workers.worker import Worker

JUST_BELOW = 0.97, 1.0
"""Range of the factor of the tolerance in timed solves."""

_unforeseen = random.SystemRandom()

OTHER_POINTS = Budget(seconds=0.0, least=3, most=3)
"""Rounds of the points that do not decide."""


@dataclass(frozen=True)
class TimeLimits:
    """How long solves are measured.

    Attributes:
        sweep: of a tolerance sweep.
        deciding: rounds of the deciding point in each block, the loosest that reaches the required gap.
        timing: seconds of timed runs after which no further point of a row is timed.
    """

    sweep: Limits
    deciding: Budget
    timing: float


LEAST_SWEEP = 2.0
"""Seconds of a tolerance sweep, however late the task is."""

PATIENCE = 20.0
"""A row's sweep has at least so many times the seconds of the control's deciding solve, however late the
task is: which rows reach the gap must not be a matter of the time that is left."""

TIME_LIMITS = TimeLimits(Limits(60.0, 60.0), Budget(0.5, 1, 20), 15.0)
QUICK_TIME_LIMITS = TimeLimits(Limits(2.0, 60.0), Budget(0.1, 1, 5), 0.3)


class SolveKind:
    """Minima of convex objectives."""

    title = "Convergence"
    about = ABOUT
    legend = LEGEND
    control = "jax_solve"
    row_type = SolveRow
    facts: type = SolveFacts

    def build(self, task: SolveTask, dataset: Dataset) -> Arrays:
        """Examples, a start at zero, and the penalties and folds of many models."""
        x, y = np.ascontiguousarray(dataset.x), np.ascontiguousarray(dataset.y)
        dtype = np.float64 if task.precision == "float64" else np.float32
        x, outputs = np.asarray(x, dtype), dataset.num_outputs
        start = np.zeros((outputs, x.shape[-1]), dtype), np.zeros(outputs, dtype)
        arrays = Arrays(x, y, *start, None, steps=0)
        if not task.sweep:
            return read_only(arrays)
        values = combinations(task.sweep)
        l2, weight = values.get("l2", np.full(task.models, task.l2)), None
        if "fold" in values:
            weight = without_fold(values["fold"], len(task.sweep["fold"]), len(x))
            # scikit-learn's C weighs the sum of the losses, so that one serves folds that differ by an
            # example; so is the product of this l2 and the number of examples.
            counts = weight.sum(axis=1)
            l2 = l2 * counts.mean() / counts
        l1 = values["l1"].astype(dtype) if "l1" in values else None
        return read_only(arrays._replace(l2=l2.astype(dtype), l1=l1, sample_weight=weight))

    def describe(self, case: Case[SolveTask]) -> dict[str, Any]:
        """The facts common to all tasks."""
        return facts_of(case)

    def prove(self, case: Case[SolveTask], rows: Sequence[SolveRow], context: Context) -> Proved:
        """Sweep the tolerances of every implementation and have each result judged."""
        limits = _limits(context)
        # half of the task's time is for its sweeps, the rest for its rounds
        each = max(LEAST_SWEEP, context.schedule.left() / (2 * max(len(rows), 1)))
        sweep = limits.sweep._replace(total=min(limits.sweep.total, each))
        entries = []
        try:
            judge = judge_of(case, context.pool)
            # the control first, since it says how long the task takes
            ordered = sorted(rows, key=lambda row: row.implementation != self.control)
            for number, row in enumerate(ordered, 1):
                context.log.now(f"proving {row.implementation}")
                worker = solve_at_tolerances(row, case, judge, sweep, context)
                context.log_row(number, len(rows), row, _progress(row))
                decides = row.deciding(case.task.required_gap)
                if decides is not None and row.implementation == self.control:
                    patient = min(PATIENCE * decides.first, limits.sweep.total)
                    sweep = sweep._replace(total=max(sweep.total, patient))
                if worker is not None:
                    entries += [
                        _entry(
                            row, point, judge, None if point is decides else limits.timing, worker
                        )
                        for point in row.points
                    ]
        except JudgeFailed as error:
            raise NoProof(f"the judge failed: {error}") from None
        context.log_skips(rows)
        return Proved(entries)

    def time(self, case: Case[SolveTask], entries: list[Entry], context: Context) -> None:
        """Time first the deciding points, then the others, by tolerance; in later blocks what decides."""
        rng = np.random.default_rng(context.seed)

        def time_points(budget: Budget, entries: list[Entry]) -> None:
            interleave(entries, budget, context.log, context.watch, rng)
            require_same_work(entries)

        deciding = [entry for entry in entries if _decides(entry, case.task.required_gap)]
        others = [e for e in entries if not _decides(e, case.task.required_gap)]
        time_block = partial(time_points, _limits(context).deciding)
        time_block(deciding)
        tolerances = sorted({entry.inputs for entry in others}, reverse=True)
        # what a user would give comes first, since the time for these points is limited
        for inputs in sorted(tolerances, key=lambda inputs: inputs != (case.task.required_gap,)):
            time_points(OTHER_POINTS, [entry for entry in others if entry.inputs == inputs])
        time_later_blocks(case, deciding, context, time_block)

    def conclude(self, case: Case[SolveTask], rows: Sequence[SolveRow]) -> None:
        """Choose the deciding point of each row; its rounds are the times of the verdict."""
        for row in rows:
            if row.points:
                row.choose(case.task.required_gap)

    def least(self, record: Record, row: Row) -> None:
        """Not known: a better method needs less work."""

    def section(self, record: Record, task: str) -> Section:
        """Seconds to each gap, row by row."""
        return solve_section(record, task)


def _limits(context: Context) -> TimeLimits:
    return QUICK_TIME_LIMITS if context.quick else TIME_LIMITS


def _entry(
    row: SolveRow, point: CurvePoint, judge: Judge, limit: float | None, worker: Worker
) -> Entry:
    """A point to time in a process, within a limit of seconds for the row's points, or without."""

    def fits() -> bool:
        if limit is None:
            return True
        spent = sum(sum(p.rounds) for p in row.points)
        # a tighter solve takes no less, but its first run may have had less to compile
        cost = min(p.first for p in row.points if p.tol <= point.tol)
        return spent + cost <= limit

    label = f" at tolerance {point.tol:.1e}"
    again = JudgedAgain(row, worker, judge, row.points[0], point)
    return Entry(
        row, worker, point.blocks, (point.tol,), unforeseen=lambda number: (_just_below(point.tol),),
        compare=again.compare, label=label, has_time_left=fits,
        renewed=partial(_entry, row, point, judge, limit),
    )  # fmt: skip


def _just_below(tol: float) -> float:
    """A tolerance that no solve had before, so that no result can have been kept for it."""
    return tol * _unforeseen.uniform(*JUST_BELOW)


def _decides(entry: Entry, required_gap: float) -> bool:
    assert isinstance(entry.row, SolveRow)
    point = entry.row.deciding(required_gap)
    return point is not None and entry.inputs == (point.tol,)


def _progress(row: SolveRow) -> str:
    if row.status is not Status.OK:
        return row.explanation()
    end = f"; {row.end}" if row.end else ""
    return f"first run {row.costs['first']:6.2f} s, gap {smallest_gap(row.points):.0e}{end}"


KIND: Kind[SolveTask] = SolveKind()
