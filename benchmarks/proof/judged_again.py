"""The judge looks again, at what timed solves gave: a time belongs to the gap that was reached in it.

A solve does not depend on those before it, so neither does its gap. A solver that starts from its last
solution comes closer the more was solved before.
"""

from dataclasses import dataclass

from benchmarks.contract import Row, Status
from benchmarks.proof.judging import Judge, JudgeFailed
from benchmarks.proof.parity import NotTheSame
from benchmarks.proof.tolerance_sweep import CurvePoint
from benchmarks.workers.host import Host
from benchmarks.workers.worker import Worker, WorkerError

FACTOR = 10.0
"""By which the gap of a timed solve may differ from the first one at its tolerance: rounding may decide
which iteration is the last."""

EXACT = 1e-10
"""Gaps below this are the judge's and the rounding's as much as the solver's, and are not compared."""


@dataclass
class JudgedAgain:
    """The last timed solve of a point, and after it one at the loosest tolerance.

    Attributes:
        row, worker: the row, and the worker that is timed.
        judge: of the task.
        loosest, point: the loosest point of the curve, and the one that is timed.
    """

    row: Row
    worker: Worker
    judge: Judge
    loosest: CurvePoint
    point: CurvePoint

    def compare(self) -> None:
        """Judge both; a row whose gaps are others than in the tolerance sweep has no time."""
        if not self.point.rounds or self.row.status is not Status.OK:
            return
        try:
            self._require_gap(self.point, "the last timed solve")
            self.worker.ask(Host.run, self.loosest.tol)
            self._require_gap(self.loosest, "a solve after tighter ones")
        except NotTheSame as difference:
            self.row.differ(str(difference))
        except (WorkerError, JudgeFailed) as error:
            self.row.fail(f"a timed solve cannot be judged: {error}")

    def _require_gap(self, point: CurvePoint, what: str) -> None:
        """Raises: NotTheSame, if the worker's last outcome has another gap than the point."""
        _, gap = self.judge(self.worker.ask(Host.outcome))
        at = f"at tolerance {point.tol:.1e} the first solve reached gap {point.gap:.0e}, {what} {gap:.0e}"
        if max(gap, EXACT) > FACTOR * max(point.gap, EXACT):
            raise NotTheSame(f"{at}: it is not the solution that was timed before")
        if FACTOR * max(gap, EXACT) < max(point.gap, EXACT):
            raise NotTheSame(f"{at}: it starts from an earlier solution, expected from zero")
