"""Timing in turn: A B C, C A B, B C A, ... so that drift of a shared machine hits everybody alike."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.process import Worker, WorkerError
from benchmarks.record import Row
from benchmarks.worker import Session

TOLD = {1, 2, 3, 5, 10, 20, 50, 100}
"""Rounds that are reported; the others would only scroll."""


@dataclass(frozen=True)
class Budget:
    """How often to time. Everybody gets `least` rounds; then the fast go on while time is left.

    Attributes:
        seconds: timed seconds per implementation and task.
        least: rounds that everybody gets, however slow.
        most: rounds after which nobody goes on.
    """

    seconds: float
    least: int
    most: int


def interleave(
    entries: list[tuple[Row, Worker]], budget: Budget, tell: Callable[..., None]
) -> None:
    """Time every worker in turn and add the seconds to its row, as they come.

    A worker that fails loses its times: its row says why, and the others go on.

    Args:
        entries: rows with their prepared and warmed workers.
        budget: how often to time.
        tell: takes progress, as `print` does.
    """
    for number, order in enumerate(rotations(entries)):
        due = [(row, worker) for row, worker in order if _goes_on(row, budget)]
        if not due:
            return
        if number + 1 in TOLD:
            tell(f"  round {number + 1}: {' '.join(row.framework for row, _ in due)}")
        for row, worker in due:
            try:
                row.seconds.append(worker.ask(Session.wake_and_run))
            except WorkerError as error:
                row.status, row.reason = "failed", f"in round {number + 1}: {error}"
                row.seconds.clear()


def rotations(entries: list) -> Iterator[list]:
    """The entries over and over, each time starting with the one that was last before."""
    shift = 0
    while True:
        yield entries[-shift:] + entries[:-shift] if shift else list(entries)
        shift = (shift + 1) % max(len(entries), 1)


def _goes_on(row: Row, budget: Budget) -> bool:
    rounds = len(row.seconds)
    enough = rounds >= budget.least and sum(row.seconds) >= budget.seconds
    return row.status == "ok" and rounds < budget.most and not enough
