"""What can be said from a handful of timings: medians with intervals, ratios, and "cannot tell"."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from scipy.stats import bootstrap

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
        """For a ratio of rival's time to own time: on which side of the noise all of it lies."""
        if self.low > 1 + NOISE_FLOOR:
            return "faster"
        return "slower" if self.high < 1 / (1 + NOISE_FLOOR) else "cannot tell"

    @property
    def is_certain(self) -> bool:
        """Whether the verdict is one, and not "cannot tell"."""
        return self.low > 1 + NOISE_FLOOR or self.high < 1 / (1 + NOISE_FLOOR)


def median(seconds: list[float]) -> Interval:
    """Median of timings."""
    return _interval((seconds,), np.median)


def ratio(seconds: list[float], others: list[float]) -> Interval:
    """Median of `others` over the median of `seconds`: how many times as fast `seconds` is."""
    return _interval(
        (others, seconds), lambda a, b, axis: np.median(a, axis=axis) / np.median(b, axis=axis)
    )


def _interval(samples: tuple[list[float], ...], statistic: Callable[..., Any]) -> Interval:
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
