"""Coverage of the intervals; verdicts only beyond noise."""

import numpy as np
import pytest

from benchmarks.verdicts import intervals
from benchmarks.verdicts.intervals import Interval


def test_the_interval_covers_the_true_median_in_about_95_of_100_cases():
    rng = np.random.default_rng(0)
    hits = 0
    for _ in range(60):
        found = intervals.median(list(rng.lognormal(0.0, 0.1, 20)))
        hits += found.low <= 1.0 <= found.high
    assert hits >= 50


def test_a_clear_difference_is_a_verdict_and_an_equal_pair_is_not():
    rng = np.random.default_rng(1)
    a, b = (list(rng.normal(1.0, 0.05, 30)) for _ in range(2))
    assert intervals.ratio(a, b).verdict() == "cannot tell"
    assert intervals.ratio(a, [2 * s for s in b]).verdict() == "faster"
    assert intervals.ratio([2 * s for s in a], b).verdict() == "slower"
    assert intervals.ratio([2 * s for s in a], b).value == pytest.approx(0.5, rel=0.05)


def test_one_timing_decides_nothing():
    assert intervals.ratio([1.0], [100.0]).verdict() == "cannot tell"


def test_an_interval_beyond_the_noise_floor_is_a_verdict():
    assert Interval(1.06, 1.2, 1.3).verdict() == "faster"
    assert Interval(0.5, 0.6, 0.94).verdict() == "slower"
    assert Interval(0.99, 1.2, 1.3).verdict() == "cannot tell"
    # certain, but no larger than the difference between two processes that run the same code
    assert Interval(1.01, 1.02, 1.03).verdict() == "cannot tell"
    assert Interval(0.97, 0.98, 0.99).verdict() == "cannot tell"
