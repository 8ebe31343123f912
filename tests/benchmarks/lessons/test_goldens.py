"""The printed figures, with their source."""

import pytest

from benchmarks import registry
from benchmarks.lessons.goldens import FOLDER, GoldenSeries, golden

LESSONS = registry.lessons()


def test_goldens_and_lessons_are_the_same_set():
    assert {path.stem for path in FOLDER.glob("*.json")} == set(LESSONS)
    assert len(LESSONS) == 14


@pytest.mark.parametrize("name", LESSONS)
def test_a_golden_says_where_it_is_from(name):
    printed = golden(name)
    assert "tutorial" in printed.source
    assert printed.start
    for series in printed.series:
        assert len(series.at) == len(series.printed)
        if series.exact:
            assert series.tolerance is not None
            assert series.tolerance <= 1e-4 or "accuracy" in series.quantity


@pytest.mark.parametrize(
    ("tolerance", "value", "printed", "met"),
    [
        (1e-3, 0.5009, 0.5, True),
        (1e-3, 0.5011, 0.5, False),
        (1e-3, 1000.9, 1000.0, True),
        (1e-3, 1001.1, 1000.0, False),
        (None, 7.0, 0.5, True),
    ],
)
def test_a_tolerance_is_relative_for_large_values(tolerance, value, printed, met):
    series = GoldenSeries("loss", "step", (0,), (printed,), tolerance, exact=False)
    assert series.is_met(value, printed) is met


def test_six_lessons_need_no_data():
    def is_free(name):
        task = LESSONS[name].task
        return not registry.load("datasets", task.dataset).missing(None)

    # MNIST and Pima may have been downloaded before
    assert sum(is_free(name) for name in LESSONS if "mnist" not in name and name != "pima") == 6
