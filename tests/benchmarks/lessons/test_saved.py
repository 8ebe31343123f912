"""A traced lesson as plain data for the page."""

import json
from dataclasses import replace

import pytest

from benchmarks import registry
from benchmarks.lessons import saved
from benchmarks.report.lessons_file import load_lessons, save_lessons
from tests.benchmarks.lessons.traced import as_printed


@pytest.fixture(scope="module")
def six_points(tracer):
    return tracer.trace("six_points", ("numpy_float64",))


def test_a_lesson_is_plain_data_with_pictures_table_and_code(six_points, tmp_path):
    kept = saved.lesson(six_points)
    assert [p["name"] for p in kept["pictures"]] == list(six_points.lesson.pictures)
    assert kept["columns"] == ["at", "figure", "tutorial", "numpy_float64", "largest difference"]
    assert kept["rows"][0][:3] == ["step 1", "loss", "0.6874"]
    assert kept["verdict"].startswith("the printed digits")
    assert "def run" in kept["code"][0]["text"]
    save_lessons([kept], tmp_path)
    assert load_lessons(tmp_path) == [json.loads(json.dumps(kept))] == [kept]


def test_a_lesson_without_step_losses_has_a_table_and_no_pictures(six_points):
    trained = six_points.trained["numpy_float64"]
    without = replace(trained, outcome=trained.outcome._replace(losses=None))
    kept = saved.lesson(replace(six_points, trained={"numpy_float64": without}))
    assert kept["pictures"] == []
    assert kept["rows"]


def test_the_preferred_implementation_is_drawn(six_points):
    """It has to report the loss of each step; among those that do, JAX's compiled run comes first."""
    trained = six_points.trained["numpy_float64"]
    without = replace(trained, outcome=trained.outcome._replace(losses=None))
    all_of_them = {
        "numpy_float64": without,
        "tf_xla": replace(trained),
        "jax_scan": replace(trained),
    }
    values = {name: [] for name in all_of_them}
    traced = replace(six_points, trained=all_of_them, values=values)
    assert saved._drawn(traced) is all_of_them["jax_scan"]
    del all_of_them["jax_scan"]
    assert saved._drawn(traced) is all_of_them["tf_xla"]


def test_a_skipped_lesson_keeps_its_reason_and_its_code():
    kept = saved.skipped("birth_life_online", "needs birth_life_2010.txt")
    assert kept["skipped"] == "needs birth_life_2010.txt"
    assert kept["title"] == registry.lessons()["birth_life_online"].title
    assert kept["code"]


@pytest.mark.parametrize("name", registry.lessons())
def test_long_series_are_thinned_and_keep_their_ends(name):
    traced = as_printed(name, "numpy_float64")
    kept = saved.lesson(traced)
    series = traced.golden.series
    assert 0 < len(kept["rows"]) <= (saved.ROWS + 1) * len(series)
    moments = {tuple(row[:2]) for row in kept["rows"]}
    for s in series:
        assert {(f"{s.unit} {at}", s.quantity) for at in (s.at[0], s.at[-1])} <= moments
