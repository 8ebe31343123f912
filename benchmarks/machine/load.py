"""How busy the machine is with other things while something is timed, and who keeps it busy.

A reading takes less than a millisecond: the CPU time of all allowed processors, minus that of this run's
own processes, is what others used. Who they are is asked only when they used too much, since that takes a
scan of all processes.
"""

import math
import os
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter, sleep
from typing import NamedTuple, TypedDict

import psutil

from benchmarks.machine import processors

LEAST = 0.03
"""Seconds of CPU time that are always allowed: the system counts in steps of 0.01 on each processor."""

SAMPLE = 0.2
"""Seconds over which the users of a busy machine are looked for."""

NAMED = 0.05
"""Share of a core from which a process is named."""


class Load(NamedTuple):
    """The load of a span of time.

    Attributes:
        seconds: length of the span.
        others: CPU seconds of other processes and of the system, on the processors that this run may use.
        steal: CPU seconds that a hypervisor gave to other machines.
        waiting: share of the time in which a task waited for a processor, this run's own included; NaN
            where the system does not tell (PSI).
        throttled: how often a processor was slowed down since it was hot; 0 where it is not told.
        clock: mean frequency of the processors at the end, in MHz; NaN where it is not told.
    """

    seconds: float
    others: float
    steal: float
    waiting: float
    throttled: int
    clock: float

    @property
    def share(self) -> float:
        """Part of one core that was used by others or withheld."""
        return (self.others + self.steal) / self.seconds


@dataclass(frozen=True)
class Disturbance:
    """A span of time in which the machine was too busy.

    Attributes:
        load: its load.
        users: share of a core of each program that was seen, the largest first.
    """

    load: Load
    users: tuple[tuple[str, float], ...]

    def __str__(self) -> str:
        if self.load.throttled:
            return "processors were slowed down by their heat"
        said = [f"{name} {share:.0%}" for name, share in self.users]
        unseen = self.load.share - sum(share for _, share in self.users)
        if self.load.steal > self.load.others:
            said.append(f"the hypervisor withheld {self.load.steal / self.load.seconds:.0%}")
        elif unseen > max(NAMED, self.load.share / 2):
            said.append(f"programs that cannot be seen from here or have ended {unseen:.0%}")
        return f"others used {self.load.share:.0%} of a core: {', '.join(said)}"


class LoadFacts(TypedDict):
    """What `Watch.recorded` says of the spans of a task.

    Attributes:
        others, steal: share of a core of each span that other processes used, and that was withheld.
        waiting: share of each span in which a task waited for a processor; 0 where it is not told.
        throttled: how often processors were slowed down since they were hot.
        clock: the lowest mean frequency at the end of a span, in MHz; 0 where it is not told.
        disturbed: number of spans that were disturbed.
        by: what disturbed the worst of them; empty if none was.
    """

    others: list[float]
    steal: list[float]
    waiting: list[float]
    throttled: int
    clock: float
    disturbed: int
    by: str


class _Reading(NamedTuple):
    time: float
    busy: float
    steal: float
    own: dict[int, float]
    waiting: float
    throttled: int


class Watch:
    """Looks at the load of spans of time.

    Args:
        own: returns the process numbers of this run's workers; their children are its own, too.
        limit: share of a core that others may use in a span without disturbing it.

    Attributes:
        loads: the load of each span so far.
        disturbances: those of them that were disturbed.
    """

    def __init__(self, own: Callable[[], Iterable[int]] = tuple, limit: float = math.inf):
        self.limit, self._workers = limit, own
        self.loads: list[Load] = []
        self.disturbances: list[Disturbance] = []
        self._known: dict[int, psutil.Process] = {}
        self._children: set[int] = set()
        self._start = self._read()

    def start(self) -> None:
        """Begin a span."""
        self._start = self._read()

    def disturbed(self) -> Disturbance | None:
        """End the span: how it was disturbed, or None if it was not."""
        load = self._load_since(self._start)
        self.loads.append(load)
        too_much = max(self.limit * load.seconds, LEAST)
        if not math.isfinite(self.limit) or (
            load.others + load.steal <= too_much and not load.throttled
        ):
            return None
        found = Disturbance(load, self._users())
        self.disturbances.append(found)
        return found

    def recorded(self) -> LoadFacts:
        """What was seen since the last call."""
        loads, disturbances = self.loads, self.disturbances
        self.loads, self.disturbances = [], []
        clocks = [load.clock for load in loads if math.isfinite(load.clock)]
        worst = max(disturbances, key=lambda each: each.load.share, default=None)
        return {
            "others": [round(load.others / load.seconds, 3) for load in loads],
            "steal": [round(load.steal / load.seconds, 3) for load in loads],
            "waiting": [round(load.waiting, 3) if load.waiting >= 0 else 0.0 for load in loads],
            "throttled": sum(load.throttled for load in loads),
            "clock": min(clocks, default=0.0),
            "disturbed": len(disturbances),
            "by": str(worst) if worst else "",
        }

    def _load_since(self, start: _Reading) -> Load:
        now = self._read()
        # of a process that was not known at the start, what it has used since is not known
        own = sum(used - start.own.get(number, used) for number, used in now.own.items())
        seconds = max(now.time - start.time, 1e-9)
        return Load(
            seconds,
            max(0.0, now.busy - start.busy - own),
            max(0.0, now.steal - start.steal),
            (now.waiting - start.waiting) / seconds,
            now.throttled - start.throttled,
            processors.clock(),
        )

    def _read(self) -> _Reading:
        busy, steal = processors.busy_and_stolen()
        own = {}
        for number in (os.getpid(), *self._workers(), *self._children):
            with suppress(psutil.Error):
                if number not in self._known:
                    self._known[number] = psutil.Process(number)
                used = self._known[number].cpu_times()
                own[number] = used.user + used.system
        return _Reading(
            perf_counter(),
            busy,
            steal,
            own,
            processors.waiting_seconds(),
            processors.throttled(),
        )

    def _users(self) -> tuple[tuple[str, float], ...]:
        """Who uses the machine now, this run's own processes left out.

        Children of workers that are found here are own processes from now on.
        """
        before = self._scan()
        sleep(SAMPLE)
        shares: Counter[str] = Counter()
        for number, (name, used) in self._scan().items():
            if number in before:
                shares[name] += (used - before[number][1]) / SAMPLE  # type: ignore[assignment]
        return tuple((name, share) for name, share in shares.most_common(3) if share >= NAMED)

    def _scan(self) -> dict[int, tuple[str, float]]:
        """Name and CPU seconds of each process of others."""
        own, found = {os.getpid(), *self._workers()}, {}
        self._children = set()
        for process in psutil.process_iter(["name", "cpu_times"]):
            if process.pid in own or _is_in_session_of(process.pid, own - {os.getpid()}):
                self._children |= {process.pid} - own
            elif (used := process.info["cpu_times"]) is not None:
                found[process.pid] = (process.info["name"], used.user + used.system)
        return found


def _is_in_session_of(number: int, leaders: set[int]) -> bool:
    """Whether a process was started by one of the leaders of sessions, as each worker is one."""
    with suppress(OSError):
        return os.getsid(number) in leaders
    return False
