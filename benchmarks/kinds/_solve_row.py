"""What is kept of an implementation on a solve: its curve, and the point that decides."""

from dataclasses import dataclass, field
from typing import ClassVar

from benchmarks.contract import Row, Seconds, Status
from benchmarks.kinds import NOT_MEASURED
from benchmarks.proof.tolerance_sweep import CurvePoint, fastest, smallest_gap


@dataclass
class SolveRow(Row):
    """A row of a solve.

    Attributes:
        points: from loose to tight tolerances.
        end: why there are no further points.
        chosen: index of the deciding point, or None.
    """

    kind: ClassVar[str] = "solve"

    points: list[CurvePoint] = field(default_factory=list)
    end: str = ""
    chosen: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        plain = (p if isinstance(p, CurvePoint) else CurvePoint(**p) for p in self.points)
        self.points = list(plain)
        if self.chosen is not None and not 0 <= self.chosen < len(self.points):
            raise ValueError(f"got point {self.chosen} as the chosen one of {len(self.points)}")

    @property
    def seconds_by_process(self) -> list[list[Seconds]]:
        return [] if self.chosen is None else self.points[self.chosen].blocks

    def withdraw(self, status: Status, reason: str) -> None:
        super().withdraw(status, reason)
        self.end = reason
        self.points.clear()  # their first runs were timed, too
        self.chosen = None

    def fail(self, reason: str) -> None:
        """Mark the row FAILED; the points that it has reached stay."""
        self.status, self.reason = Status.FAILED, reason
        self.end = reason

    def deciding(self, required_gap: float) -> CurvePoint | None:
        """The point that the verdict is about: the loosest that reaches the required gap."""
        return next((point for point in self.points if point.gap <= required_gap), None)

    def claimed(self, required_gap: float) -> CurvePoint | None:
        """The point at which the solver itself says that it has reached the required gap, or None."""
        said = (point for point in self.points if point.tol == required_gap and point.converged)
        return next(said, None)

    def choose(self, required_gap: float) -> None:
        """Status, reason and chosen point from what was timed."""
        # the point that was timed in every block, and a single run only where there is nothing else
        most = max(len(point.blocks) for point in self.points)
        repeated = [p for p in self.points if len(p.blocks) == most and len(p.rounds) > 1]
        best = fastest(repeated, required_gap)
        if best is None and self.status is Status.FAILED:
            return  # it ended before its times were measured
        for point in self.points:
            # a point timed only once keeps its first run, compilation included
            point.blocks = point.blocks or [[point.first]]
        best = best or fastest(self.points, required_gap)
        if best is None:
            gap = smallest_gap(self.points)
            self.status = Status.NOT_REACHED
            self.reason = (
                f"reached gap {gap:.0e}, required {required_gap:.0e}; {self.end or NOT_MEASURED}"
            )
        else:
            self.status, self.reason = Status.OK, ""
            self.chosen = next(i for i, point in enumerate(self.points) if point is best)
