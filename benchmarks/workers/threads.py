"""How many threads a run is fastest with, by trial: more are no help where the work is small."""

from collections.abc import Callable
from typing import NamedTuple

import psutil

from benchmarks.machine.cores import cores

LONG = 0.5
"""Seconds from which on one run for each number of threads has to do."""

TOO_LONG = 10.0
"""Seconds of a run from which on nothing is tried."""

RUNS = 5
"""Shorter runs with each number of threads, of which the shortest counts."""

WORTHWHILE = 0.95
"""Share of the time with more threads that fewer threads must take at most to be chosen."""


class Chosen(NamedTuple):
    """The number of threads that a run is fastest with.

    Attributes:
        threads: the number.
        gain: time with the number that is usual over time with this one.
    """

    threads: int
    gain: float


def usual() -> int:
    """The number that libraries start with: the physical cores, or those that the process may use."""
    return min(psutil.cpu_count(logical=False) or cores(), cores())


def choices() -> list[int]:
    """Numbers of threads to try: the usual one first, then all cores, and the powers of two below."""
    powers = (1 << exponent for exponent in range(cores().bit_length()))
    others = sorted({cores(), *powers} - {usual()}, reverse=True)
    return [usual(), *others]


def fastest_count(use_threads: Callable[[int], None], run: Callable[[], float]) -> Chosen:
    """Find the number of threads that a run is fastest with; it stays set.

    Args:
        use_threads: sets the number.
        run: runs once and returns the seconds.
    """
    chosen, shortest, first = usual(), float("inf"), 0.0
    for count in choices():
        use_threads(count)
        # it starts or ends threads, and may compile for their number; with the usual one it is warm
        seconds = run()
        if count == usual() and seconds > TOO_LONG:
            return Chosen(count, 1.0)
        seconds = run()
        if seconds < LONG:
            seconds = min(run() for _ in range(RUNS))
        first = first or seconds
        if seconds < WORTHWHILE * shortest:
            chosen, shortest = count, seconds
    use_threads(chosen)
    return Chosen(chosen, first / shortest)
