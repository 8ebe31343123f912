"""The judge looks again, at what timed solves gave: a time belongs to the gap that was reached in it.

A solve does not depend on those before it, so neither does its gap. A solver that starts from its last
solution comes closer the more was solved before.

The tolerances of timed solves lie just below that of their point and are new each time. For one of them
Newton's method may need one step more and come a thousand times closer. So a solver that came closer is
asked once more, at a tolerance just above the point's: from zero it is then no closer than the first time.
"""

import random
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


JUST_ABOVE = 1.0, 1.03
"""Range of the factor of the tolerance of that solve."""

_unforeseen = random.SystemRandom()


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
            gap = self._gap()
            self._require_not_farther(self.point, gap, "the last timed solve")
            if _is_closer(self.point, gap):
                self.worker.ask(Host.run, self.point.tol * _unforeseen.uniform(*JUST_ABOVE))
                self._require_not_closer(self.point, self._gap(), "a solve after the timed ones")
            self.worker.ask(Host.run, self.loosest.tol)
            gap = self._gap()
            self._require_not_farther(self.loosest, gap, "a solve after tighter ones")
            self._require_not_closer(self.loosest, gap, "a solve after tighter ones")
        except NotTheSame as difference:
            self.row.differ(str(difference))
        except (WorkerError, JudgeFailed) as error:
            self.row.fail(f"a timed solve cannot be judged: {error}")

    def _gap(self) -> float:
        return self.judge(self.worker.ask(Host.outcome))[1]

    def _require_not_farther(self, point: CurvePoint, gap: float, what: str) -> None:
        if max(gap, EXACT) > FACTOR * max(point.gap, EXACT):
            raise NotTheSame(
                f"{_at(point, gap, what)}: it is not the solution that was timed before"
            )

    def _require_not_closer(self, point: CurvePoint, gap: float, what: str) -> None:
        if _is_closer(point, gap):
            raise NotTheSame(
                f"{_at(point, gap, what)}: it starts from an earlier solution, expected from zero"
            )


def _is_closer(point: CurvePoint, gap: float) -> bool:
    return FACTOR * max(gap, EXACT) < max(point.gap, EXACT)


def _at(point: CurvePoint, gap: float, what: str) -> str:
    return f"at tolerance {point.tol:.1e} the first solve reached gap {point.gap:.0e}, {what} {gap:.0e}"
