"""Bootstrap intervals of medians and of their ratios, from few timings; "cannot tell" is a verdict."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from scipy.stats import bootstrap

CONFIDENCE = 0.95
RESAMPLES = 2000

NOISE_FLOOR = 0.05
"""Relative difference below which there is no verdict. Two processes that run the same code can differ by
some percent for a whole run because of their memory layout, and the rounds of one run do not show that."""


class Interval(NamedTuple):
    """A value with its 95% bootstrap interval."""

    low: float
    value: float
    high: float

    def verdict(self) -> str:
        """Verdict of a ratio of rival's time to own time.

        "faster" if the whole interval is above 1.05, "slower" if it is below 1 / 1.05, else "cannot tell".
        """
        if self.low > 1 + NOISE_FLOOR:
            return "faster"
        return "slower" if self.high < 1 / (1 + NOISE_FLOOR) else "cannot tell"

    @property
    def is_certain(self) -> bool:
        """Whether the verdict is "faster" or "slower"."""
        return self.low > 1 + NOISE_FLOOR or self.high < 1 / (1 + NOISE_FLOOR)


def median(seconds: list[float]) -> Interval:
    """Median of timings, with its interval."""
    return _interval((seconds,), np.median)


def ratio(seconds: list[float], others: list[float]) -> Interval:
    """Median of `others` over median of `seconds`, with its interval: above 1 if `seconds` is faster."""
    return _interval(
        (others, seconds), lambda a, b, axis: np.median(a, axis=axis) / np.median(b, axis=axis)
    )


def _interval(samples: tuple[list[float], ...], statistic: Callable[..., Any]) -> Interval:
    value = float(statistic(*(np.asarray(s) for s in samples), axis=0))
    if min(map(len, samples)) < 2:
        return Interval(0.0, value, np.inf)  # one timing does not show how much timings vary
    found = bootstrap(
        samples,
        statistic,
        n_resamples=RESAMPLES,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(0),
    ).confidence_interval
    return Interval(float(found.low), value, float(found.high))
