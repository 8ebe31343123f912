"""The row of a solve: the points of its curve, and which of them decides."""

from dataclasses import dataclass, field
from typing import ClassVar

from benchmarks.contract import Row, Seconds
from benchmarks.proof.tolerance_sweep import CurvePoint


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

    def fail(self, reason: str) -> None:
        super().fail(reason)
        self.end = reason
