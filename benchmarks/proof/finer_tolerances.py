"""Tolerances beside the decades: how loose one may be, and what a solver itself says of its gap.

From one decade to the next a solver may do several times the work, so that a gap can be far below what was
required: the loosest tolerance that reaches it is looked for between two decades. A user does not know that
tolerance. Where a solver's own is a bound on the relative gap, what a user would give is solved, too.
"""

from bisect import insort
from math import sqrt

import numpy as np

from benchmarks.proof.judging import Judge
from benchmarks.proof.parity import NotTheSame
from benchmarks.proof.tolerance_sweep import TOLERANCES, CurvePoint, End, says_converged
from benchmarks.workers.host import Host
from benchmarks.workers.worker import Worker, WorkerError

HALVINGS = 2
"""Each halves a decade on the logarithm, so that a tolerance is within a factor of 1.8 of the loosest."""

CLOSE = 0.5
"""Share of the required gap from which on no looser tolerance is looked for."""


def add_loosest(
    worker: Worker, judge: Judge, points: list[CurvePoint], required_gap: float, within: float
) -> End | None:
    """Look for the loosest tolerance that reaches the required gap.

    Args:
        worker: warm.
        judge: of the task.
        points: of the decades, from loose to tight; each further solve is inserted.
        required_gap: relative.
        within: seconds that a solve may take.

    Returns:
        What it failed with, or None.

    Raises:
        JudgeFailed: if the judge failed.
    """
    reaching = next((point for point in points if point.gap <= required_gap), None)
    if reaching is None:
        return None
    if reaching.tol == TOLERANCES[0]:
        return None
    too_loose = 10 * reaching.tol
    for _ in range(HALVINGS):
        if reaching.gap >= CLOSE * required_gap:
            return None
        between = sqrt(reaching.tol * too_loose)
        point = _add(between, worker, judge, points, within)
        if isinstance(point, End):
            return point
        if point.gap <= required_gap:
            reaching = point
        else:
            too_loose = between
    return None


def add_claimed(
    worker: Worker, judge: Judge, points: list[CurvePoint], required_gap: float, within: float
) -> End | None:
    """Solve with the required gap as the tolerance, if the solver says whether it has reached such a gap.

    Arguments and result as in `add_loosest`.
    """
    says = points and points[0].converged is not None
    if not says or any(point.tol == required_gap for point in points):
        return None
    point = _add(required_gap, worker, judge, points, within)
    return point if isinstance(point, End) else None


def _add(
    tol: float, worker: Worker, judge: Judge, points: list[CurvePoint], within: float
) -> CurvePoint | End:
    """The point of one more tolerance, inserted if its gap is finite; or why there is none."""
    try:
        first = worker.ask(Host.run, tol, within=within)
        outcome = worker.ask(Host.outcome)
        loss, gap = judge(outcome)
    except WorkerError as error:
        return End(f"at tolerance {tol:.1e}: {error}", error)
    except NotTheSame as difference:
        return End(f"at tolerance {tol:.1e}: {difference}")
    point = CurvePoint(tol, first, loss, gap, converged=says_converged(outcome))
    if np.isfinite(gap):
        insort(points, point, key=lambda other: -other.tol)
    return point
