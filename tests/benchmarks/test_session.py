"""A run as a whole: what is missing is skipped with its reason, and the rest is measured."""

import importlib.util
from pathlib import Path

import pytest

from benchmarks import discover, record, suite
from benchmarks.solve_spec import SolveTask


@pytest.fixture
def start(tmp_path):
    """`start(tasks, frameworks)`: a quick run of them."""
    started = []

    def make(tasks, frameworks, data=None):
        selection = suite.Selection(tasks, frameworks, True, data, tmp_path, 60.0, "pytest")
        started.append(suite.Suite(selection, lambda text, end="\n": None))
        return started[-1]

    yield make
    for run in started:
        run.close()


@pytest.fixture
def without_tensorflow(monkeypatch):
    """A Python in which TensorFlow and Keras are not installed, as far as anybody looks."""
    find = importlib.util.find_spec
    absent = {"tensorflow", "keras"}
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name in absent else find(name)
    )


def test_a_missing_package_is_named(without_tensorflow):
    assert "tensorflow" in discover.missing_imports("frameworks", "tf_xla")
    assert "keras, tensorflow" in discover.missing_imports("frameworks", "keras_fit")
    assert discover.missing_imports("frameworks", "numpy_float64") is None


def test_a_missing_package_skips_its_rows_only(start, without_tensorflow, tmp_path):
    run = start(("diabetes_sgd",), ("numpy_float64", "tf_xla"))
    row = run.row("diabetes_sgd", "tf_xla")
    assert row.status == "skipped"
    assert "needs tensorflow" in row.reason
    assert len(run.row("diabetes_sgd", "numpy_float64").seconds) >= 5
    assert record.load(tmp_path).rows == run.record.rows


def test_missing_data_skips_the_task_with_the_three_ways(start, monkeypatch, tmp_path):
    def nowhere(root, **options):
        raise FileNotFoundError("digits are in none of the places; three ways to get them: ...")

    monkeypatch.setattr(discover.load("datasets", "digits"), "load", nowhere)
    run = start(("digits_adam", "diabetes_sgd"), ("numpy_float64",))
    row = run.row("digits_adam", "numpy_float64")
    assert (row.status, row.seconds) == ("skipped", [])
    assert "three ways" in row.reason
    assert run.row("diabetes_sgd", "numpy_float64").status == "ok"
    assert {r.status for r in record.load(tmp_path).rows} == {"skipped", "ok"}


def test_without_the_reference_nothing_is_timed(start, monkeypatch):
    run = start(("diabetes_sgd",), ("numpy_float64",))
    worker = run._pool.worker("numpy_float64")[0]
    monkeypatch.setattr(worker, "timeout", 0.0)  # too impatient for any answer
    row = run.row("diabetes_sgd", "numpy_float64")
    assert row.status == "failed"
    assert "the reference failed: no answer" in row.reason


def test_without_the_judge_every_row_says_why(start, monkeypatch, tmp_path):
    # more features than examples and no penalty: there is no minimum
    size = {"num_examples": 10, "num_features": 20}
    task = SolveTask("endless", "synthetic", "logistic", 1e-6, "why", options=size)
    monkeypatch.setattr(discover, "tasks", lambda: {"endless": task})
    run = start(("endless",), ("jax_solve", "sklearn_lbfgs"))
    for framework in ("jax_solve", "sklearn_lbfgs"):
        row = run.row("endless", framework)
        assert (row.status, row.curve, row.seconds) == ("failed", [], [])
        assert "the judge failed: RuntimeError: got SEPARABLE (1)" in row.reason
    assert record.load(tmp_path).rows == run.record.rows


def test_lessons_are_traced_and_not_timed_unless_asked_for():
    assert "six_points" not in suite.choose_tasks([], quick=False)
    assert suite.choose_tasks(["six_points"], quick=False) == ("six_points",)
    assert "two_gaussians" in suite.choose_tasks([], quick=False)  # a kind of its own


def test_quick_tasks_cover_the_three_models_on_embedded_data():
    quick = [discover.tasks()[name] for name in suite.choose_tasks([], quick=True)]
    assert {task.model for task in quick} == {"linear", "logistic", "softmax"}
    assert all(
        discover.load("datasets", t.dataset).missing(Path("/nowhere")) is None for t in quick
    )


def test_a_failing_reference_leaves_other_reasons_alone(start, monkeypatch, without_tensorflow):
    run = start(("diabetes_sgd",), ("numpy_float64", "tf_xla"))
    monkeypatch.setattr(run._pool.worker("numpy_float64")[0], "timeout", 0.0)
    assert run.row("diabetes_sgd", "numpy_float64").status == "failed"
    row = run.row("diabetes_sgd", "tf_xla")
    assert (row.status, "needs tensorflow" in row.reason) == ("skipped", True)


def test_a_file_that_is_missing_while_measuring_is_not_taken_for_missing_data(start, monkeypatch):
    def broken(*_):
        raise FileNotFoundError("the disk went away")

    monkeypatch.setattr(suite, "prove", broken)
    with pytest.raises(FileNotFoundError):
        start(("diabetes_sgd",), ("numpy_float64",)).row("diabetes_sgd", "numpy_float64")


def test_tasks_that_need_a_gpu_are_run_where_there_is_one(monkeypatch):
    large = {name for name, task in discover.tasks().items() if task.accelerator}
    assert large
    monkeypatch.setattr(suite.environment, "gpus", lambda: [])
    assert not large & set(suite.choose_tasks([], quick=False))
    assert suite.choose_tasks([min(large)], quick=False) == (min(large),)
    monkeypatch.setattr(suite.environment, "gpus", lambda: ["NVIDIA H200"])
    assert large <= set(suite.choose_tasks([], quick=False))


def test_an_implementation_runs_the_tasks_of_its_kind():
    pairs = suite.choose_pairs(
        ["sweep_folds", "digits_adam"], ["jax_scan", "jax_sweep"], quick=False
    )
    assert pairs == [("sweep_folds", "jax_sweep"), ("digits_adam", "jax_scan")]
    with pytest.raises(
        LookupError, match="that are not for sweep tasks: jax_scan; expected some of"
    ):
        suite.choose_pairs(["sweep_folds"], ["jax_scan"], quick=False)
