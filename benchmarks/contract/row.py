"""The result of one implementation on one task."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from .numbers import Seconds

AGAIN = "again"
"""The variant of a control: a row that runs the implementation of another row a second time."""


def name_of_row(program: str, variant: str = "") -> str:
    """Name of a row.

    Args:
        program: name of the implementation that it runs.
        variant: what tells it from the row that is named like its implementation; empty for that row.
    """
    return f"{program} ({variant})" if variant else program


def program_and_variant(row: str) -> tuple[str, str]:
    """The parts of the name of a row."""
    program, _, variant = row.removesuffix(")").partition(" (")
    return program, variant


class Status(StrEnum):
    """How a row ended.

    Attributes:
        OK: the implementation was timed.
        SKIPPED: it was not tried, or the run ended before it was measured.
        FAILED: it raised, crashed, was killed or took too long.
        PARITY_FAILED: it did not do the same work as the reference.
        NOT_REACHED: it did not reach the gap that the task requires.
        BUSY: other programs kept the machine too busy to time it.
    """

    OK = "ok"
    SKIPPED = "skipped"
    FAILED = "failed"
    PARITY_FAILED = "parity failed"
    NOT_REACHED = "not reached"
    BUSY = "cannot tell"


@dataclass
class Row:
    """The fields that rows of all kinds have. Everything is plain data, ready for JSON.

    Attributes:
        kind: kind of the task.
        task, implementation, library, device: task, implementation, its library and device.
        status, reason: how the row ended, and why if it is not OK.
        costs: seconds and bytes by name; `docs/protocol.md` explains them.
        repeats: the implementation whose warm program this one runs again, for what it costs to start; or
            empty. Such a row is not the fastest of a task, since its library would have two chances.
    """

    kind: ClassVar[str]

    task: str
    implementation: str
    library: str = ""
    device: str = ""
    status: Status = Status.SKIPPED
    reason: str = ""
    costs: dict[str, float] = field(default_factory=dict)
    repeats: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        self.status = Status(self.status)  # a plain string where it comes from a file

    @property
    def is_control(self) -> bool:
        """Whether the row runs an implementation a second time, to show how much equal rows differ."""
        return self.variant == AGAIN

    @property
    def program(self) -> str:
        """Name of the implementation that the row runs; for a control that of the row it repeats."""
        return program_and_variant(self.implementation)[0]

    @property
    def variant(self) -> str:
        """What tells the row from that of the same program: AGAIN, an environment; or empty."""
        return program_and_variant(self.implementation)[1]

    @property
    def seconds_by_process(self) -> list[list[Seconds]]:
        """Seconds of each round that the verdict compares, by process; empty unless the status is OK."""
        raise NotImplementedError

    @property
    def seconds(self) -> list[float]:
        """Seconds of each round that the verdict compares, of all processes."""
        return [each for rounds in self.seconds_by_process for each in rounds]

    def withdraw(self, status: Status, reason: str) -> None:
        """End the row and drop the times that it has so far."""
        self.status, self.reason = status, reason

    def fail(self, reason: str) -> None:
        """Mark the row FAILED."""
        self.withdraw(Status.FAILED, reason)

    def refuse(self, reason: str) -> None:
        """Mark the row FAILED: its times cannot be believed."""
        self.withdraw(Status.FAILED, reason)

    def differ(self, reason: str) -> None:
        """Mark the row PARITY_FAILED."""
        self.withdraw(Status.PARITY_FAILED, reason)

    def explanation(self) -> str:
        """Why the row has no time, in one line."""
        return f"{self.status}: {self.reason}"

    def as_dict(self) -> dict[str, Any]:
        """Plain data, ready for JSON."""
        return {"kind": self.kind, **asdict(self)}
