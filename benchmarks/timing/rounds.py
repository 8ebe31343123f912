"""Timing in turn: A B C, C A B, B C A, ... so that drift of a shared machine hits all of them alike."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from benchmarks.contract import Row, Status
from benchmarks.workers.host import Host
from benchmarks.workers.worker import Worker, WorkerError

T = TypeVar("T")

LOGGED = {1, 2, 3, 5, 10, 20, 50, 100}
"""Rounds that are logged; the others would only scroll."""

Log = Callable[..., None]
"""Takes progress, as `print` does."""


@dataclass(frozen=True)
class Budget:
    """How often to time: `least` rounds for each entry, then more for the fast ones while time is left.

    Attributes:
        seconds: of timed runs for each entry.
        least: rounds that each entry gets, however slow.
        most: rounds that no entry exceeds.
    """

    seconds: float
    least: int
    most: int

    def allows(self, rounds: list[float]) -> bool:
        """Whether another round fits, after those that took `rounds` seconds."""
        enough = len(rounds) >= self.least and sum(rounds) >= self.seconds
        return len(rounds) < self.most and not enough


@dataclass
class Entry:
    """Something that is timed.

    Attributes:
        row: which one it is of; it is told if a round fails, and then is not timed any more.
        worker: whose run is timed.
        rounds: seconds of each round; they grow as they are measured.
        inputs: what `run` is given.
        label: what the inputs mean, for messages; empty without inputs.
        has_time_left: whether another round is allowed, apart from the budget.
    """

    row: Row
    worker: Worker
    rounds: list[float]
    inputs: tuple[Any, ...] = ()
    label: str = ""
    has_time_left: Callable[[], bool] = field(default=lambda: True)

    def is_due(self, budget: Budget) -> bool:
        """Whether another round is to be timed."""
        alive = self.row.status is Status.OK
        return alive and budget.allows(self.rounds) and self.has_time_left()


def interleave(entries: list[Entry], budget: Budget, log: Log) -> None:
    """Time every entry in turn and add the seconds to its rounds, as they come.

    An entry that fails ends; the others go on.

    Args:
        entries: with prepared and warm workers.
        budget: how often to time.
        log: takes progress.
    """
    for number, order in enumerate(rotations(entries), 1):
        due = [entry for entry in order if entry.is_due(budget)]
        if not due:
            return
        if number in LOGGED:
            log(f"  round {number}: {' '.join(entry.row.implementation for entry in due)}")
        for entry in due:
            try:
                entry.rounds.append(entry.worker.ask(Host.warm_up_and_run, *entry.inputs))
            except WorkerError as error:
                entry.row.fail(f"in round {number}{entry.label}: {error}")


def rotations(entries: list[T]) -> Iterator[list[T]]:
    """The entries over and over, each time starting with the one that was last before."""
    shift = 0
    while True:
        yield entries[-shift:] + entries[:-shift] if shift else list(entries)
        shift = (shift + 1) % max(len(entries), 1)
