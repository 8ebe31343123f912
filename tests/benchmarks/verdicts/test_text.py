"""Numbers in tables are short and have no insignificant digits."""

import pytest

from benchmarks.verdicts import text
from benchmarks.verdicts.intervals import Interval


@pytest.mark.parametrize(
    ("value", "expected"),
    [(14_600_000, "14.6 M"), (999.9, "1 k"), (21_600, "21.6 k"), (2.5e9, "2.5 G"), (7.0, "7")],
)
def test_quantities_have_three_digits(value, expected):
    assert text.quantity(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Interval(1.9, 1.934, 1.97), "1.93 [1.90, 1.97]"),
        (Interval(0.011, 0.0123, 0.02), "0.012 [0.011, 0.020]"),
        (Interval(99.0, 123.4, 150.0), "123 [99, 150]"),
        (Interval(0.0, 0.004, 2e30), "0.004 [0.000, >999]"),
        (Interval(900.0, 1234.0, 1500.0), "1234 [900, 1500]"),
        (Interval(0.0, 1.5, float("inf")), "1.50 (one process)"),
    ],
)
def test_an_interval_has_the_digits_of_its_value(value, expected):
    assert text.interval(value) == expected


def test_spread_is_half_the_interval():
    assert text.spread(Interval(90.0, 100.0, 110.0)) == "±10%"
    assert text.spread(Interval(0.0, 100.0, float("inf"))) == "unknown"
    assert text.spread(Interval(0.0, 0.0, 0.0)) == "±0%"
    assert text.spread(Interval(0.0, 1.0, 1e30)) == ">999%"


@pytest.mark.parametrize(
    ("share", "expected"),
    [(None, ""), (0.41, "41%"), (0.0774, "7.7%"), (0.0051, "0.5%"), (0.0996, "10%")],
)
def test_a_percentage_has_two_digits(share, expected):
    assert text.percent(share) == expected


@pytest.mark.parametrize(("seconds", "expected"), [(2.4e-5, "24 µs"), (1.2345e-3, "1,234 µs")])
def test_microseconds(seconds, expected):
    assert text.microseconds(seconds) == expected


def test_memory_names_what_was_measured():
    mib = 2.0**20
    full = {"peak_memory": 540 * mib, "task_memory": 120 * mib, "device_memory": 800 * mib}
    assert text.peak_memory(full) == "540(120)+800"
    assert text.peak_memory({"peak_memory": 540 * mib, "first": 2.0}) == "540"
    assert text.peak_memory({}) == ""


@pytest.mark.parametrize(
    ("count", "expected"), [(None, "never"), (0.0, "at once"), (1234.5, "1,234")]
)
def test_break_even_in_words(count, expected):
    assert text.epochs(count) == expected
