"""What a run tells of itself while it goes on."""

from typing import Protocol


class Log(Protocol):
    """Takes what there is to tell."""

    def __call__(self, text: str) -> None:
        """Something to keep: a result, or what went wrong."""
        ...

    def now(self, text: str) -> None:
        """What is being done at this moment, until the next call."""
        ...

    def stage(self, number: int, of: int, text: str, left: float) -> None:
        """A task begins.

        Args:
            number: of the task, from 1.
            of: number of all tasks.
            text: the task.
            left: seconds that are left of the run.
        """
        ...
