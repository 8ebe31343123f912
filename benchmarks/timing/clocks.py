"""Time is taken by the worker, by this process, and by the system: the three have to fit together."""

from dataclasses import dataclass, field
from statistics import median

from benchmarks.machine.cores import cores
from benchmarks.workers.messages import Timed
from benchmarks.workers.worker import WorkerError

SHARE = 0.7
"""Share of this process's time that the worker has to count at least. What is missing is the way there and
back, which takes milliseconds."""

DELAY, DELAY_PER_ROUND = 0.1, 0.02
"""Seconds that a busy machine may delay an answer: once, and on average."""

TICK = 0.05
"""Seconds by which the system's processor time may be too large, since it counts in ticks."""

OTHER_WORK, SEVERAL = 0.2, 3
"""Share of the shortest untimed runs that the timed ones directly after them take at least, by their
medians, and the number of rounds from which that is asked: a round may be disturbed."""


class ClocksDiffer(WorkerError):
    """The times of a round contradict each other; the message says which."""


@dataclass
class Clocks:
    """The times of an entry's rounds.

    Attributes:
        seconds, shortest: seconds of the timed run and of the shortest untimed one of each round.
        collect: seconds until the result of each round was there, after `run` had returned.
        worker, own, processor: seconds of all rounds with their untimed runs: by the worker's clock, by the
            clock of this process, and of processor time.
    """

    seconds: list[float] = field(default_factory=list)
    shortest: list[float] = field(default_factory=list)
    collect: list[float] = field(default_factory=list)
    worker: float = 0.0
    own: float = 0.0
    processor: float = 0.0

    def note(self, timed: Timed, own: float, processor: float) -> None:
        """Take the times of one more round.

        Args:
            timed: the worker's.
            own: seconds between request and answer by the clock of this process.
            processor: processor time that the worker has used meanwhile.

        Raises:
            ClocksDiffer: if they contradict each other.
        """
        self.seconds.append(timed.seconds)
        self.shortest.append(timed.shortest)
        self.collect.append(timed.collect)
        self.worker, self.own = self.worker + timed.total, self.own + own
        self.processor += processor
        delay = DELAY + DELAY_PER_ROUND * len(self.collect)
        if not SHARE * self.own - delay <= self.worker <= self.own + delay:
            raise ClocksDiffer(
                f"its clock counted {self.worker:.2f} s where the harness counted {self.own:.2f} s"
            )
        if self.processor > cores() * self.worker + TICK * len(self.collect):
            raise ClocksDiffer(
                f"its clock counted {self.worker:.2f} s, in which {cores()} cores cannot spend the "
                f"{self.processor:.2f} s of processor time that it used"
            )
        run, before = median(self.seconds), median(self.shortest)
        if len(self.seconds) >= SEVERAL and run < OTHER_WORK * before:
            raise ClocksDiffer(
                f"timed runs took {run:.1e} s, and the shortest of the untimed ones directly before them "
                f"{before:.1e} s: that was other work"
            )
