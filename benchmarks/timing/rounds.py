"""Timing in turn, each round in another order, so that drift of a shared machine affects all alike."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.contract import Log, Row, Status
from benchmarks.machine.load import Watch
from benchmarks.timing.clocks import Clocks, ClocksDiffer
from benchmarks.timing.disturbances import Peace
from benchmarks.workers.host import Host
from benchmarks.workers.messages import Timed
from benchmarks.workers.worker import Worker, WorkerError

ENOUGH, NARROW = 5, 0.01
"""Rounds whose median is known to within a share of NARROW are not continued, from ENOUGH of them on."""


@dataclass(frozen=True)
class Budget:
    """Rounds in a block: `least` of each entry, then more until their median is known or time is up.

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
        spent = len(rounds) >= self.least and sum(rounds) >= self.seconds
        return len(rounds) < self.most and not spent and not is_narrow(rounds)


def is_narrow(rounds: list[float]) -> bool:
    """Whether the median of these seconds has a 95% interval of at most NARROW to either side.

    It is the process's own median: how much processes differ is not seen here, so that stopping by it
    leaves the intervals over processes as they are.
    """
    if len(rounds) < ENOUGH:
        return False
    # of a median, the standard error is larger than of a mean by the root of pi / 2
    error = np.sqrt(np.pi / 2 / len(rounds)) * np.std(rounds, ddof=1)
    return bool(1.96 * error <= NARROW * np.median(rounds))


@dataclass
class Entry:
    """A row to time, or one point of it, in one process.

    Attributes:
        row: the row being timed; a failed round marks it FAILED and ends its timing.
        worker: the worker whose `run` is timed, prepared and warm.
        blocks: seconds of each round, by process; every round appends to the last block.
        inputs: arguments of `run`, in the untimed runs that come before a round.
        label: description of the inputs, for messages; empty without inputs.
        has_time_left: whether another round is allowed, apart from the budget.
        unforeseen: arguments of `run` in the round of a number, if not `inputs`. The worker has not seen
            them before.
        after_round: called with the number of each round that was timed.
        clocks: what the clocks counted in its rounds.
        compare: called after the last round; a row whose timed outcomes are wrong loses its time.
        renewed: makes the entry of another worker, which was started anew; None without later blocks.
    """

    row: Row
    worker: Worker
    blocks: list[list[float]]
    inputs: tuple[Any, ...] = ()
    label: str = ""
    has_time_left: Callable[[], bool] = field(default=lambda: True)
    unforeseen: Callable[[int], tuple[Any, ...]] | None = None
    after_round: Callable[[int], None] = field(default=lambda number: None)
    compare: Callable[[], None] = field(default=lambda: None)
    clocks: Clocks = field(default_factory=Clocks)
    renewed: Callable[[Worker], "Entry"] | None = None

    @property
    def is_ok(self) -> bool:
        """Whether the row has not failed."""
        return self.row.status is Status.OK

    def is_due(self, budget: Budget) -> bool:
        """Whether another round is to be timed."""
        return self.is_ok and budget.allows(self.blocks[-1]) and self.has_time_left()

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
        self.blocks[-1].append(timed.seconds)
        self.after_round(number)

    def _run(self, inputs: tuple[Any, ...]) -> tuple[Timed, float, float]:
        """A round by the worker's clock, by this process's, and in processor time."""
        used, start = self.worker.processor_seconds(), perf_counter()
        timed = self.worker.ask(Host.warm_up_and_run, inputs, self.inputs)
        own = perf_counter() - start
        return timed, own, self.worker.processor_seconds() - used


def interleave(
    entries: list[Entry], budget: Budget, log: Log, watch: Watch, rng: np.random.Generator
) -> None:
    """Time a block: every entry in turn, in one process each.

    An entry that fails is not timed any more; the others are.

    Args:
        entries: the entries, with prepared and warm workers; each gets a further block.
        budget: number of rounds.
        log: takes what is being done.
        watch: looks at the load of each round; disturbed ones are repeated.
        rng: draws the order of every round.

    Raises:
        MachineBusy: if the machine stays busy.
    """
    peace = Peace(watch)
    for entry in entries:
        entry.blocks.append([])
    try:
        for number in count(1):
            due = [entries[i] for i in rng.permutation(len(entries)) if entries[i].is_due(budget)]
            if not due:
                return
            log.now(f"round {number} of {', '.join(entry.row.implementation for entry in due)}")
            for entry in due:
                _time(entry, number, peace)
    finally:
        for entry in entries:
            entry.blocks[:] = filter(None, entry.blocks)  # none that an interruption left empty


def _time(entry: Entry, number: int, peace: Peace) -> None:
    try:
        entry.time(number, peace)
    except ClocksDiffer as error:
        entry.row.refuse(f"in round {number}{entry.label}: {error}")
    except WorkerError as error:
        entry.row.fail(f"in round {number}{entry.label}: {error}")
