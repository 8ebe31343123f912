"""Timing in turn: A B C, C A B, B C A, ... so that drift of a shared machine affects all alike."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from typing import Any, TypeVar

from benchmarks.contract import Row, Status
from benchmarks.machine.load import Watch
from benchmarks.timing.clocks import Clocks, ClocksDiffer
from benchmarks.timing.disturbances import Peace
from benchmarks.workers.host import Host
from benchmarks.workers.messages import Timed
from benchmarks.workers.worker import Worker, WorkerError

T = TypeVar("T")

LOGGED = {1, 2, 3, 5, 10, 20, 50, 100}
"""Numbers of the rounds that are logged; logging every round would scroll."""

Log = Callable[..., None]
"""A function that reports progress, with the signature of `print`."""


@dataclass(frozen=True)
class Budget:
    """Number of rounds: `least` for each entry, then more for the fast ones while time is left.

    Attributes:
        seconds: total time of an entry's rounds after which no further one is timed.
        least: number of rounds that each entry gets, however slow it is.
        most: number of rounds that no entry exceeds.
    """

    seconds: float
    least: int
    most: int

    def allows(self, rounds: list[float]) -> bool:
        """Whether another round fits after rounds that took these seconds."""
        enough = len(rounds) >= self.least and sum(rounds) >= self.seconds
        return len(rounds) < self.most and not enough


@dataclass
class Entry:
    """A row to time, or one point of it.

    Attributes:
        row: the row being timed; a failed round marks it FAILED and ends its timing.
        worker: the worker whose `run` is timed, prepared and warm.
        rounds: seconds of each round; every round appends to it.
        inputs: arguments of `run`, in the untimed runs that come before a round.
        label: description of the inputs, for messages; empty without inputs.
        has_time_left: whether another round is allowed, apart from the budget.
        unforeseen: arguments of `run` in the round of a number, if not `inputs`. The implementation has not
            seen them before.
        after_round: called with the number of each round that was timed.
        clocks: what the clocks counted in its rounds.
        compare: called after the last round; a row whose timed outcomes are wrong loses its time.
    """

    row: Row
    worker: Worker
    rounds: list[float]
    inputs: tuple[Any, ...] = ()
    label: str = ""
    has_time_left: Callable[[], bool] = field(default=lambda: True)
    unforeseen: Callable[[int], tuple[Any, ...]] | None = None
    after_round: Callable[[int], None] = field(default=lambda number: None)
    compare: Callable[[], None] = field(default=lambda: None)
    clocks: Clocks = field(default_factory=Clocks)

    @property
    def is_ok(self) -> bool:
        """Whether the row has not failed."""
        return self.row.status is Status.OK

    def is_due(self, budget: Budget) -> bool:
        """Whether another round is to be timed."""
        return self.is_ok and budget.allows(self.rounds) and self.has_time_left()

    def time(self, number: int, peace: Peace) -> None:
        """Time the round of this number, in peace.

        Raises:
            WorkerError: if the worker fails.
            ClocksDiffer: if what it says of its time cannot be.
            MachineBusy: if the machine stays busy.
        """
        inputs = self.inputs if self.unforeseen is None else self.unforeseen(number)
        timed, own, processor = peace.timed(partial(self._run, inputs))
        self.clocks.note(timed, own, processor)
        self.rounds.append(timed.seconds)
        self.after_round(number)

    def _run(self, inputs: tuple[Any, ...]) -> tuple[Timed, float, float]:
        """A round by the worker's clock, by this process's, and in processor time."""
        used, start = self.worker.processor_seconds(), perf_counter()
        timed = self.worker.ask(Host.warm_up_and_run, inputs, self.inputs)
        own = perf_counter() - start
        return timed, own, self.worker.processor_seconds() - used


def interleave(entries: list[Entry], budget: Budget, log: Log, watch: Watch) -> None:
    """Time every entry in turn, and append the seconds to its rounds.

    An entry that fails is not timed any more; the others are.

    Args:
        entries: the entries, with prepared and warm workers.
        budget: number of rounds.
        log: reports progress.
        watch: looks at the load of each round; disturbed ones are repeated.

    Raises:
        MachineBusy: if the machine stays busy.
    """
    peace = Peace(watch)
    for number, order in enumerate(rotations(entries), 1):
        due = [entry for entry in order if entry.is_due(budget)]
        if not due:
            return
        if number in LOGGED:
            log(f"  round {number}: {' '.join(entry.row.implementation for entry in due)}")
        for entry in due:
            try:
                entry.time(number, peace)
            except ClocksDiffer as error:
                entry.row.refuse(f"in round {number}{entry.label}: {error}")
            except WorkerError as error:
                entry.row.fail(f"in round {number}{entry.label}: {error}")


def rotations(entries: list[T]) -> Iterator[list[T]]:
    """The entries again and again, each time starting with the one that was last the time before."""
    shift = 0
    while True:
        yield entries[-shift:] + entries[:-shift] if shift else list(entries)
        shift = (shift + 1) % max(len(entries), 1)
