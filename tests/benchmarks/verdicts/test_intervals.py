"""Intervals cover what processes differ by; verdicts only beyond noise."""

import numpy as np
import pytest

from benchmarks.verdicts import intervals
from benchmarks.verdicts.intervals import Interval


def processes(rng, between, blocks=5, rounds=20):
    """Seconds by process of a row whose processes and rounds differ by chance."""
    process = rng.normal(0.0, between, (blocks, 1))
    return np.exp(process + rng.normal(0.0, 0.03, (blocks, rounds))).tolist()


@pytest.mark.parametrize("between", [0.0, 0.05])
@pytest.mark.parametrize("blocks", [3, 5])
def test_the_interval_covers_in_about_95_of_100_cases(between, blocks):
    """Also where processes differ: an interval from all rounds alike would cover in 50 of 100."""
    rng = np.random.default_rng(0)
    found = [
        intervals.ratio(processes(rng, between, blocks), processes(rng, between, blocks))
        for _ in range(300)
    ]
    assert 0.90 <= np.mean([each.low <= 1 <= each.high for each in found]) <= 0.98


def test_more_rounds_of_the_same_processes_do_not_make_a_verdict():
    """Each process is one observation: here they differ by 3%, and are timed ten thousand times."""
    rng = np.random.default_rng(3)
    a, b = [[1.00], [1.03], [1.06]], [[1.05], [1.02], [1.08]]
    long = lambda blocks: [(s * rng.normal(1.0, 0.01, 10_000)).tolist() for (s,) in blocks]
    found = intervals.ratio(long(a), long(b))
    assert found.low < 1 < found.high


def test_a_clear_difference_is_a_verdict_and_an_equal_pair_is_not():
    rng = np.random.default_rng(1)
    a, b = processes(rng, 0.01), processes(rng, 0.01)
    twice = lambda blocks: [[2 * s for s in rounds] for rounds in blocks]
    assert intervals.ratio(a, b).verdict(0.0) == "cannot tell"
    assert intervals.ratio(a, twice(b)).verdict(0.05) == "faster"
    assert intervals.ratio(twice(a), b).verdict(0.05) == "slower"
    assert intervals.ratio(twice(a), b).value == pytest.approx(0.5, rel=0.05)


def test_what_a_block_shares_does_not_count():
    """Both rows were timed on a machine that was slow for a block."""
    a = [[1.0], [1.8], [1.01]]
    found = intervals.ratio(a, [[1.2 * s for s in rounds] for rounds in a])
    assert found == pytest.approx((1.2, 1.2, 1.2))


def test_one_process_decides_nothing():
    once = intervals.ratio([[1.0, 1.0, 1.0]], [[100.0, 100.0]])
    assert once.verdict(0.0) == "cannot tell"
    assert once.value == pytest.approx(100.0)
    assert intervals.time_interval([[1.0]]).high == np.inf


def test_only_blocks_that_both_have_are_compared():
    found = intervals.ratio([[1.0], [1.0], [5.0]], [[2.0], [2.0]])
    assert (found.low, found.high) == pytest.approx((2.0, 2.0))


def test_choosing_the_best_of_several_rivals_makes_no_false_verdicts():
    """Five rivals that are equal: against the one that looks best alone, more than 5% are verdicts."""
    rng = np.random.default_rng(0)
    verdicts, alone = [], []
    for _ in range(400):
        own, *rivals = (processes(rng, 0.02) for _ in range(6))
        verdicts.append(intervals.ratio_to_best(own, rivals).verdict(0.0) != "cannot tell")
        best = min(rivals, key=intervals.typical)
        alone.append(intervals.ratio(own, best).verdict(0.0) != "cannot tell")
    assert np.mean(verdicts) <= 0.05 < np.mean(alone)


def test_the_best_rival_is_the_one_that_counts():
    rivals = [[[2.0], [2.2], [2.1]], [[9.0], [9.1], [9.0]]]
    found = intervals.ratio_to_best([[1.0], [1.0], [1.0]], rivals)
    assert found.value == pytest.approx(2.1, rel=0.01)
    assert found.low == pytest.approx(intervals.ratio([[1.0]] * 3, rivals[0]).low)
    # either could have been the best: the upper end is that of a wider interval
    assert found.high > intervals.ratio([[1.0]] * 3, rivals[0]).high


def test_an_interval_beyond_the_noise_floor_is_a_verdict():
    assert Interval(1.06, 1.2, 1.3).verdict(0.05) == "faster"
    assert Interval(0.5, 0.6, 0.94).verdict(0.05) == "slower"
    assert Interval(0.99, 1.2, 1.3).verdict(0.05) == "cannot tell"
    # certain, but no larger than the difference between two processes that run the same code
    assert Interval(1.01, 1.02, 1.03).verdict(0.05) == "cannot tell"
    assert Interval(0.97, 0.98, 0.99).verdict(0.05) == "cannot tell"
