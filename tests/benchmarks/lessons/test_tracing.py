"""Which implementations run a lesson, and the reasons why others do not."""

import json

import pytest

from benchmarks import registry
from benchmarks.__main__ import main
from benchmarks.lessons.tracing import (
    IMPLEMENTATIONS,
    LessonSkipped,
    Tracer,
    default_implementations,
)
from benchmarks.registry import UnknownName
from benchmarks.workers.pool import Pool
from benchmarks.workers.worker import WorkerError


@pytest.fixture
def no_workers(monkeypatch):
    """Every worker fails, so that a trace shows only which implementations would have run."""

    def fail(pool, name, package="frameworks"):
        raise WorkerError(f"{package}.{name} was asked for")

    monkeypatch.setattr(Pool, "worker", fail)
    monkeypatch.setattr(registry, "missing_imports", lambda package, name: None)


@pytest.mark.usefixtures("no_workers")
def test_the_default_implementations_run_a_lesson():
    with Tracer(None, None) as tracer:
        missing = tracer.trace("six_points").missing
    assert missing == {n: f"frameworks.{n} was asked for" for n in IMPLEMENTATIONS}


@pytest.mark.usefixtures("no_workers")
def test_a_lesson_with_implementations_of_its_own_is_run_by_all_of_them():
    with Tracer(None, None) as tracer:
        missing = tracer.trace("two_gaussians_custom_gradient").missing
    package = registry.lessons()["two_gaussians_custom_gradient"].implementations
    assert package != "frameworks"
    names = registry.names(package)
    assert len(names) >= 4
    assert missing == {n: f"{package}.{n} was asked for" for n in names}


def test_an_own_implementation_of_another_name_runs_after_the_default_ones(monkeypatch):
    lesson = registry.lessons()["two_gaussians_custom_gradient"]
    monkeypatch.setattr(registry, "names", lambda package: ["a_new_one", "jax_scan", "jax_step"])
    assert default_implementations(lesson) == ("jax_step", "jax_scan", "a_new_one")


@pytest.mark.usefixtures("no_workers")
def test_an_implementation_that_cannot_run_a_lesson_has_a_reason():
    with Tracer(("jax_scan", "jax_solve"), None) as tracer:
        ordinary = tracer.trace("six_points").missing
        own = tracer.trace("two_gaussians_custom_gradient", ("keras_fit",)).missing
    assert ordinary["jax_solve"] == (
        "it runs tasks of the kind solve, and a lesson is the training of one model"
    )
    assert "this lesson is written in" in own["keras_fit"]


def test_an_implementation_without_its_library_names_it(monkeypatch):
    reasons = {"frameworks": "needs jax", "datasets": None}
    monkeypatch.setattr(registry, "missing_imports", lambda package, name: reasons[package])
    with Tracer(("jax_scan",), None) as tracer:
        assert tracer.trace("six_points").missing == {"jax_scan": "needs jax"}


def test_missing_data_skips_a_lesson(tmp_path):
    with (
        Tracer(None, tmp_path) as tracer,
        pytest.raises(LessonSkipped, match="birth_life_2010"),
    ):
        tracer.trace("birth_life_online")


def test_a_data_set_that_cannot_be_imported_skips_a_lesson(monkeypatch):
    monkeypatch.setattr(registry, "missing_imports", lambda package, name: f"needs {package}")
    with Tracer(None, None) as tracer, pytest.raises(LessonSkipped, match="needs datasets"):
        tracer.trace("six_points")


def test_an_unknown_lesson_is_an_error():
    with Tracer(None, None) as tracer, pytest.raises(UnknownName, match="no_such_lesson"):
        tracer.trace("no_such_lesson")


def test_a_trace_as_data(capsys):
    assert main(["trace", "six_points", "--implementation", "numpy_float64", "--json"]) == 0
    (trace,) = json.loads(capsys.readouterr().out)
    assert trace["values"]["numpy_float64"][0][-1] == pytest.approx(0.4144, abs=5e-5)
    assert trace["figures"][0]["printed"][-1] == 0.4144


@pytest.mark.parametrize("arguments", [["trace"], ["trace", "digits_adam"]])
def test_a_lesson_that_does_not_exist_is_answered_with_those_that_do(arguments, capsys):
    assert main(arguments) == 2
    assert "expected" in capsys.readouterr().err
