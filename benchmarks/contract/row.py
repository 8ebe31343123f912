"""What is known of one implementation on one task."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, ClassVar


class Status(StrEnum):
    """How a row ended.

    Attributes:
        OK: it has times.
        SKIPPED: it was never tried, or the run ended before it was measured.
        FAILED: it raised, crashed, was killed or took too long.
        PARITY_FAILED: it did other work than the reference.
        NOT_REACHED: it did not get to the gap that the task requires.
    """

    OK = "ok"
    SKIPPED = "skipped"
    FAILED = "failed"
    PARITY_FAILED = "parity failed"
    NOT_REACHED = "not reached"


@dataclass
class Row:
    """What rows of all kinds have in common. Everything is plain data, ready for JSON.

    Attributes:
        kind: of the task.
        task, implementation, library, device: who.
        status, reason: how it ended, and why it is not OK; of a solve also why its curve ends.
        costs: seconds and bytes by name; `docs/protocol.md` explains them.
    """

    kind: ClassVar[str]

    task: str
    implementation: str
    library: str = ""
    device: str = ""
    status: Status = Status.SKIPPED
    reason: str = ""
    costs: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.status = Status(self.status)  # a plain string where it comes from a file

    @property
    def seconds(self) -> list[float]:
        """Seconds of the rounds that the verdict is about; empty unless the status is OK."""
        raise NotImplementedError

    def fail(self, reason: str) -> None:
        """Note that the implementation failed, and that there is no time."""
        self.status, self.reason = Status.FAILED, reason

    def explanation(self) -> str:
        """Why there is no time, in one line."""
        return f"{self.status}: {self.reason}"

    def as_dict(self) -> dict[str, Any]:
        """Plain data, ready for JSON."""
        return {"kind": self.kind, **asdict(self)}
