"""A solve: minimised by any method, judged in float64, then timed at the tolerances that were needed."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from benchmarks.contract import Arrays, Case, Dataset, Record, Row, Section, Status
from benchmarks.contract import Solve as SolveTask
from benchmarks.kinds import NOT_MEASURED, Context, NoProof, Proved, facts_of
from benchmarks.kinds._arrays import combinations, read_only, without_fold
from benchmarks.kinds._solve_section import ABOUT, LEGEND, solve_section
from benchmarks.proof.judging import Judge, judge_of
from benchmarks.proof.tolerance_sweep import (
    TOLERANCES,
    CurvePoint,
    Limits,
    fastest,
    smallest_gap,
    sweep_tolerances,
)
from benchmarks.timing.rounds import Budget, Entry, interleave
from benchmarks.workers.host import Host
from benchmarks.workers.messages import Unsupported
from benchmarks.workers.worker import Worker, WorkerDied, WorkerError, WorkerTooSlow

OTHER_POINTS = Budget(seconds=0.0, least=3, most=3)
"""Rounds of the points that the verdict is not about."""


@dataclass(frozen=True)
class Patience:
    """How long solves are tried.

    Attributes:
        limits: of a tolerance sweep.
        deciding: rounds of the point that decides, the loosest that reaches the required gap.
        timing: seconds of timed runs after which no further point of a row is timed.
    """

    limits: Limits
    deciding: Budget
    timing: float


FULL = Patience(Limits(60.0, 60.0), Budget(2.0, 3, 20), 15.0)
QUICK = Patience(Limits(2.0, 60.0), Budget(0.2, 3, 20), 0.3)


@dataclass
class SolveRow(Row):
    """A row of a solve.

    Attributes:
        points: from loose to tight tolerances.
        end: why there are no further points.
        chosen: index of the point that the verdict is about, or None.
    """

    kind: ClassVar[str] = "solve"

    points: list[CurvePoint] = field(default_factory=list)
    end: str = ""
    chosen: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        plain = (p if isinstance(p, CurvePoint) else CurvePoint(**p) for p in self.points)
        self.points = list(plain)

    @property
    def seconds(self) -> list[float]:
        return [] if self.chosen is None else self.points[self.chosen].rounds

    def fail(self, reason: str) -> None:
        super().fail(reason)
        self.end = reason


class SolveKind:
    """Minima of convex objectives."""

    title = "Convergence"
    about = ABOUT
    legend = LEGEND
    row_type = SolveRow

    def build(self, task: SolveTask, dataset: Dataset) -> Arrays:
        """Examples, a start at zero, and the penalties and folds of many models."""
        x, y = np.ascontiguousarray(dataset.x), np.ascontiguousarray(dataset.y)
        weights = np.zeros((dataset.num_outputs, x.shape[-1]), np.float32)
        arrays = Arrays(x, y, weights, np.zeros(dataset.num_outputs, np.float32), None, steps=0)
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
        return read_only(arrays._replace(l2=l2.astype(np.float32), sample_weight=weight))

    def describe(self, case: Case[SolveTask]) -> dict[str, Any]:
        """What all tasks keep."""
        return facts_of(case)

    def prove(self, case: Case[SolveTask], rows: Sequence[SolveRow], context: Context) -> Proved:
        """Sweep the tolerances of every implementation and have each result judged."""
        try:
            judge = judge_of(case, context.pool)
        except (WorkerError, Unsupported) as error:
            raise NoProof(f"the judge failed: {error}") from None
        patience = QUICK if context.quick else FULL
        entries = []
        for number, row in enumerate(rows, 1):
            context.log(f"  {number:2}/{len(rows)} {row.implementation:23} ", end="")
            worker = _sweep(row, case, judge, patience, context)
            context.log(_progress(row))
            if worker is not None:
                entries += [
                    Entry(row, worker, p.rounds, (p.tol,), _affordable(row, p, patience))
                    for p in row.points
                ]
        return Proved(entries)

    def time(self, case: Case[SolveTask], entries: list[Entry], context: Context) -> None:
        """Time first the points that decide, then the others, tolerance by tolerance."""
        patience = QUICK if context.quick else FULL
        names = dict.fromkeys(entry.row.implementation for entry in entries)
        context.log(f"  timing {' '.join(names)}")
        deciding = [entry for entry in entries if _decides(entry, case.task.required_gap)]
        for entry in deciding:
            entry.has_time_left = lambda: True
        quiet = lambda *_, **__: None
        interleave(deciding, patience.deciding, quiet)
        for tol in TOLERANCES:
            interleave([e for e in entries if e.inputs == (tol,)], OTHER_POINTS, quiet)

    def conclude(self, case: Case[SolveTask], rows: Sequence[SolveRow]) -> None:
        """Which point decides, and what follows for the row."""
        for row in rows:
            if row.points:
                _choose(row, case.task.required_gap)

    def section(self, record: Record, task: str) -> Section:
        """Seconds to each gap, row by row."""
        return solve_section(record, task)


def _sweep(
    row: SolveRow, case: Case[SolveTask], judge: Judge, patience: Patience, context: Context
) -> Worker | None:
    """A row's points; its worker, warm, or None if there is nothing to time."""
    try:
        worker = context.prepare(row, case)
    except Unsupported as reason:
        row.status, row.reason = Status.SKIPPED, str(reason)
        return None
    except WorkerError as error:
        row.fail(str(error))
        return None
    end = sweep_tolerances(worker, judge, patience.limits, row.points, row.costs)
    row.end = end.reason
    if not row.points:
        slow = isinstance(end.error, WorkerTooSlow)
        row.status = Status.NOT_REACHED if slow else Status.FAILED
        row.reason = f"no finite gap: {end.reason or NOT_MEASURED}"
        return None
    row.status = Status.OK
    return _restarted(row, case, context) if isinstance(end.error, WorkerDied) else worker


def _restarted(row: SolveRow, case: Case[SolveTask], context: Context) -> Worker | None:
    """A new process, as warm as the one that was ended; without one the first runs have to do."""
    with suppress(WorkerError, Unsupported):
        worker = context.pool.worker(row.implementation)
        worker.ask(Host.prepare, case.task, case.folder)
        worker.ask(Host.run, TOLERANCES[0])
        return worker
    return None


def _affordable(row: SolveRow, point: CurvePoint, patience: Patience) -> Any:
    """Whether a round of a point fits into what is left of its row's time."""

    def fits() -> bool:
        spent = sum(sum(p.rounds) for p in row.points)
        # a tighter solve takes no less, but its first run may have had less to compile
        cost = min(p.first for p in row.points if p.tol <= point.tol)
        return spent + cost <= patience.timing

    return fits


def _decides(entry: Entry, required_gap: float) -> bool:
    row: Any = entry.row
    loosest = next((p for p in row.points if p.gap <= required_gap), None)
    return loosest is not None and loosest.rounds is entry.rounds


def _choose(row: SolveRow, required_gap: float) -> None:
    for point in row.points:
        # a point timed only once keeps its first run, compilation included
        point.rounds = point.rounds or [point.first]
    # for the verdict one run alone may be lucky, and has no interval
    repeated = [point for point in row.points if len(point.rounds) > 1]
    best = fastest(repeated, required_gap) or fastest(row.points, required_gap)
    if best is None:
        gap = smallest_gap(row.points)
        row.status = Status.NOT_REACHED
        row.reason = f"a gap of {gap:.0e}, wanted {required_gap:.0e}; {row.end or NOT_MEASURED}"
    else:
        row.status, row.reason = Status.OK, ""
        row.chosen = next(i for i, point in enumerate(row.points) if point is best)


def _progress(row: SolveRow) -> str:
    if row.status is not Status.OK:
        return row.explanation()
    end = f"; {row.end}" if row.end else ""
    return f"first run {row.costs['first']:6.2f} s, gap {smallest_gap(row.points):.0e}{end}"


KIND = SolveKind()
