"""Intervals that cover, verdicts that hold back, ledgers that add up."""

import numpy as np
import pytest

from benchmarks import statistics
from benchmarks.record import Row
from benchmarks.statistics import Interval


def row(framework, library, seconds, first=1.0, imported=0.0, epochs=10):
    ledger = {"import": imported, "transfer": 0.0, "first": first}
    return Row("t", framework, library, seconds=seconds, epochs=epochs, ledger=ledger)


def test_the_interval_covers_the_true_median_about_as_often_as_it_says():
    rng = np.random.default_rng(0)
    hits = 0
    for _ in range(60):
        found = statistics.median(list(rng.lognormal(0.0, 0.1, 20)))
        hits += found.low <= 1.0 <= found.high
    assert hits >= 50


def test_a_clear_difference_is_a_verdict_and_an_equal_pair_is_not():
    rng = np.random.default_rng(1)
    a, b = (list(rng.normal(1.0, 0.05, 30)) for _ in range(2))
    assert statistics.ratio(a, b).verdict() == "cannot tell"
    assert statistics.ratio(a, [2 * s for s in b]).verdict() == "faster"
    assert statistics.ratio([2 * s for s in a], b).verdict() == "slower"
    assert statistics.ratio([2 * s for s in a], b).value == pytest.approx(0.5, rel=0.05)


def test_one_timing_decides_nothing():
    assert statistics.ratio([1.0], [100.0]).verdict() == "cannot tell"


def test_the_best_rival_is_the_fastest_of_another_library():
    rows = [row("jax_scan", "jax", [1.0]), row("jax_step", "jax", [0.1]),
            row("tf_xla", "tensorflow", [3.0]), row("torch", "torch", [2.0]),
            row("broken", "other", [])]  # fmt: skip
    assert statistics.best_rival(rows[0], rows).framework == "torch"
    assert statistics.best_rival(rows[3], rows).framework == "jax_step"
    assert statistics.best_rival(rows[0], rows[:2]) is None


def test_compilation_is_what_the_first_run_takes_longer():
    assert statistics.compile_seconds(row("a", "x", [0.2, 0.3, 0.4], first=2.3)) == pytest.approx(
        2.0
    )
    assert statistics.compile_seconds(row("a", "x", [0.2], first=0.1)) == 0.0


def test_break_even_is_where_the_total_times_meet():
    # eager: 1 s per epoch, nothing to pay; compiled: 5 s import, 4 s compilation, 0.1 s per epoch
    eager = row("eager", "x", [10.0], first=10.0)
    compiled = row("compiled", "y", [1.0], first=5.0, imported=5.0)
    epochs = statistics.break_even(compiled, [eager, compiled])
    assert epochs == pytest.approx(10.0)
    assert 9.0 + 0.1 * epochs == pytest.approx(1.0 * epochs)
    assert statistics.break_even(eager, [eager, compiled]) == 0.0
    slow = row("slow", "z", [20.0], first=30.0)
    assert statistics.break_even(slow, [eager, slow]) is None


def test_an_interval_beyond_the_noise_floor_is_a_verdict():
    assert Interval(1.06, 1.2, 1.3).verdict() == "faster"
    assert Interval(0.5, 0.6, 0.94).verdict() == "slower"
    assert Interval(0.99, 1.2, 1.3).verdict() == "cannot tell"
    # certain, but no larger than the difference between two processes that run the same code
    assert Interval(1.01, 1.02, 1.03).verdict() == "cannot tell"
    assert Interval(0.97, 0.98, 0.99).verdict() == "cannot tell"
