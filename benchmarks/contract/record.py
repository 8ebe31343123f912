"""What is kept of a run."""

from dataclasses import asdict, dataclass, field
from typing import Any

from .row import Row


@dataclass
class Record:
    """A run: machine, tasks and rows.

    Attributes:
        environment: from `machine.fingerprint`.
        command: what the user typed.
        started: ISO 8601, UTC.
        tasks: what each task was, by name, as its kind describes it.
        rows: one per task and implementation.
        ceilings: from `machine.ceilings`; empty where they were not measured.
    """

    environment: dict[str, Any]
    command: str
    started: str
    tasks: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    ceilings: dict[str, Any] = field(default_factory=dict)

    def of_task(self, task: str) -> list[Row]:
        """The rows of a task."""
        return [row for row in self.rows if row.task == task]

    def as_dict(self) -> dict[str, Any]:
        """Plain data, ready for JSON."""
        return {**asdict(self), "rows": [row.as_dict() for row in self.rows]}
