"""The record of a run, which its results folder keeps."""

from dataclasses import asdict, dataclass, field
from typing import Any

from .row import Row


@dataclass
class Record:
    """A run: machine, tasks and rows.

    Attributes:
        environment: the machine, from `machine.fingerprint`.
        command: the command that the user typed.
        started: time at which the run started, ISO 8601, UTC.
        tasks: facts about each task by name, from its kind's `describe`.
        rows: one row per task and implementation.
        ceilings: the machine's ceilings, from `machine.ceilings`; empty if they were not measured.
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
