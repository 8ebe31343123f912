"""The points of a solve, gap against time: timed in turn, and what follows from them for a row."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.measure import NOT_REACHED
from benchmarks.process import Worker, WorkerError
from benchmarks.record import Row
from benchmarks.rounds import rotations
from benchmarks.worker import Session

TOLERANCES = tuple(10.0**-power for power in range(1, 13))
GAPS = (1e-2, 1e-4, 1e-6, 1e-8)
"""What the tables show, and the last one is where a climb ends."""

Point = dict[str, Any]
"""A solve at a tolerance: "tol"; "first", seconds of its first run; "seconds", of the timed ones;
"loss" and "gap", certified, the gap relative to the minimum; of many models the worst."""


@dataclass(frozen=True)
class Effort:
    """How long it is tried.

    Attributes:
        climb: seconds that an implementation may take to climb.
        timing: seconds after which no further point of an implementation is timed.
        rounds: of a point that is timed.
        most: rounds of a point that reaches the target, while it was timed for less than `enough`.
        enough: seconds.
        solve: seconds that any one solve may take; one that takes longer is ended, and ends the climb.
    """

    climb: float
    timing: float
    rounds: int = 3
    most: int = 20
    enough: float = 2.0
    solve: float = 60.0


FULL = Effort(climb=60.0, timing=15.0)
QUICK = Effort(climb=2.0, timing=0.3, enough=0.2)


@dataclass
class Climber:
    """An implementation on its way.

    Attributes:
        row: its row; the curve grows.
        worker: its process.
        end: why the climb ended.
        alive: whether the process still is; a solve that takes too long ends it.
        slow: whether that was why.
    """

    row: Row
    worker: Worker
    end: str = ""
    alive: bool = True
    slow: bool = False


def time(climbers: list[Climber], target: float, effort: Effort) -> None:
    """Time the points in turn: first those that reach the target, then the others while time is left."""
    points = [(c, p) for c in climbers for p in c.row.curve]
    reached = {c.row.framework: p for c, p in reversed(points) if p["gap"] <= target}
    _interleave([(c, p) for c, p in points if reached.get(c.row.framework) is p], effort, True)
    for tol in TOLERANCES:
        _interleave([(c, p) for c, p in points if p["tol"] == tol], effort, False)


def _interleave(points: list[tuple[Climber, Point]], effort: Effort, decisive: bool) -> None:
    for order in rotations(points):
        due = [(c, p) for c, p in order if _goes_on(c, p, effort, decisive)]
        if not due:
            return
        for climber, point in due:
            try:
                point["seconds"].append(climber.worker.ask(Session.wake_and_run, point["tol"]))
            except WorkerError as error:
                climber.end = f"when timed at tolerance {point['tol']:.0e}: {error}"
                climber.alive = False


def _goes_on(climber: Climber, point: Point, effort: Effort, decisive: bool) -> bool:
    rounds, timed = len(point["seconds"]), sum(point["seconds"])
    if not climber.alive:
        return False
    if decisive:
        return rounds < effort.rounds or (rounds < effort.most and timed < effort.enough)
    spent = sum(sum(p["seconds"]) for p in climber.row.curve)
    # a tighter solve takes no less, but its first run may have had less to compile
    cost = min(p["first"] for p in climber.row.curve if p["tol"] <= point["tol"])
    return rounds < effort.rounds and spent + cost <= effort.timing


def conclude(climber: Climber, target: float) -> None:
    """Status, reason and seconds of a row from its curve."""
    row = climber.row
    for point in row.curve:
        # a solve so long that there was no time for a second one is not about what a first one costs more
        point["seconds"] = point["seconds"] or [point["first"]]
    gap = smallest_gap(row.curve)
    row.reason = climber.end
    if not row.curve:
        row.status = "not reached" if climber.slow else "failed"
        row.reason = f"no finite gap: {climber.end or NOT_REACHED}"
        return
    row.scores = {"gap": gap}
    # for the verdict one run alone may be lucky, and has no interval
    repeated = [point for point in row.curve if len(point["seconds"]) > 1]
    point = fastest(repeated, target) or fastest(row.curve, target)
    if point is None:
        row.status = "not reached"
        row.reason = f"a gap of {gap:.0e}, wanted {target:.0e}; {climber.end or NOT_REACHED}"
    else:
        row.status, row.seconds = "ok", list(point["seconds"])


def fastest(curve: list[Point], gap: float) -> Point | None:
    """The point that reaches a gap in the shortest median time, or None."""
    reached = [point for point in curve if point["gap"] <= gap]
    return min(reached, key=lambda point: np.median(point["seconds"]), default=None)


def smallest_gap(curve: list[Point]) -> float:
    """The smallest certified gap, infinite without points."""
    return min((point["gap"] for point in curve), default=np.inf)
