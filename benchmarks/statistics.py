"""What can be said from a handful of timings: medians with intervals, ratios, and "cannot tell"."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from scipy.stats import bootstrap

from benchmarks.record import Row

CONFIDENCE = 0.95
RESAMPLES = 2000

NOISE_FLOOR = 0.05
"""Two processes that run the very same code can differ by some percent for a whole run, by how their
memory happens to lie; rounds within the run do not show that. Less than this is never a verdict."""


class Interval(NamedTuple):
    """A value with its 95% bootstrap interval."""

    low: float
    value: float
    high: float

    def verdict(self) -> str:
        """For a ratio of rival's time to own time: on which side of the noise it lies, all of it."""
        if self.low > 1 + NOISE_FLOOR:
            return "faster"
        return "slower" if self.high < 1 / (1 + NOISE_FLOOR) else "cannot tell"


def median(seconds: list[float]) -> Interval:
    """Median of timings."""
    return _interval((seconds,), np.median)


def ratio(seconds: list[float], others: list[float]) -> Interval:
    """Median of `others` over the median of `seconds`: how many times as fast `seconds` is."""
    return _interval(
        (others, seconds), lambda a, b, axis: np.median(a, axis=axis) / np.median(b, axis=axis)
    )


def _interval(samples: tuple[list[float], ...], statistic) -> Interval:
    value = float(statistic(*(np.asarray(s) for s in samples), axis=0))
    if min(map(len, samples)) < 2:
        return Interval(0.0, value, np.inf)  # one timing says nothing about the next
    found = bootstrap(
        samples,
        statistic,
        n_resamples=RESAMPLES,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(0),
    ).confidence_interval
    return Interval(float(found.low), value, float(found.high))


def best_rival(row: Row, rows: Iterable[Row]) -> Row | None:
    """The fastest row of the same task that uses another library, or None."""
    rivals = [r for r in rows if r.task == row.task and r.library != row.library and r.seconds]
    return min(rivals, key=lambda r: np.median(r.seconds), default=None)


def compile_seconds(row: Row) -> float:
    """What the first run took longer than a warm one: tracing, compiling, first allocations."""
    return max(0.0, row.ledger["first"] - float(np.median(row.seconds)))


def start_seconds(row: Row) -> float:
    """Everything that is paid once: import, transfer, compilation."""
    return row.ledger["import"] + row.ledger["transfer"] + compile_seconds(row)


def break_even(row: Row, rows: Iterable[Row]) -> float | None:
    """Epochs after which `row` has overtaken the row of its task that starts soonest.

    Returns:
        Epochs, 0 for the row that starts soonest itself, None if it never overtakes it.
    """
    first = min((r for r in rows if r.task == row.task and r.seconds), key=start_seconds)
    if first is row:
        return 0.0
    gain = (np.median(first.seconds) - np.median(row.seconds)) / row.epochs
    return (start_seconds(row) - start_seconds(first)) / float(gain) if gain > 0 else None
