"""A run as a whole: what is missing is skipped with its reason, and the rest is measured."""

import importlib.util
import math
from pathlib import Path

import pytest

from benchmarks import registry, results, selection
from benchmarks.contract import Solve
from benchmarks.export import as_pytest_benchmark
from benchmarks.kinds import _blocks
from benchmarks.kinds.training import TrainingKind
from benchmarks.machine import ceilings
from benchmarks.registry import UnknownName
from benchmarks.report.chapters import chapters
from benchmarks.selection import Selection
from benchmarks.session import Session
from benchmarks.workers.messages import Loaded
from tests.benchmarks.in_process import silent


@pytest.fixture
def start(tmp_path, monkeypatch):
    """`start(tasks, implementations)`: a quick run of them, each row in one process."""
    monkeypatch.setattr(_blocks, "QUICK_BLOCKS", 1)
    started = []

    def make(tasks, implementations, data=None, seconds=math.inf):
        pairs = dict.fromkeys(tasks, implementations)
        chosen = Selection(pairs, True, data, tmp_path, 60.0, "pytest", math.inf, seconds)
        started.append(Session(chosen, silent))
        started[-1].record.ceilings = {"devices": {}}  # measuring them is tested elsewhere
        return started[-1]

    yield make
    for run in started:
        run.__exit__()


def row_of(run, task, implementation):
    return next(row for row in run.rows(task) if row.implementation == implementation)


@pytest.fixture
def without_tensorflow(monkeypatch):
    """A Python in which TensorFlow and Keras are not installed, as far as the import system says."""
    find = importlib.util.find_spec
    absent = {"tensorflow", "keras"}
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name in absent else find(name)
    )


def test_a_missing_package_is_named(without_tensorflow):
    assert "tensorflow" in registry.missing_imports("frameworks", "tf_xla")
    assert "keras, tensorflow" in registry.missing_imports("frameworks", "keras_fit")
    assert registry.missing_imports("frameworks", "numpy_float64") is None


def test_a_missing_package_skips_its_rows_only(start, without_tensorflow, tmp_path):
    run = start(("diabetes_sgd",), ("numpy_float64", "tf_xla"))
    row = row_of(run, "diabetes_sgd", "tf_xla")
    assert row.status == "skipped"
    assert "needs tensorflow" in row.reason
    assert len(row_of(run, "diabetes_sgd", "numpy_float64").seconds) >= 5
    assert results.load(tmp_path).rows == run.record.rows


def test_a_control_is_measured_as_the_row_that_it_repeats(start, monkeypatch, tmp_path):
    monkeypatch.setattr(TrainingKind, "control", "numpy_float32")
    monkeypatch.setattr(_blocks, "QUICK_BLOCKS", 2)  # of one process nothing is known
    run = start(("diabetes_sgd",), ("numpy_float32", "numpy_float64"))
    rows = run.rows("diabetes_sgd")
    assert [row.implementation for row in rows] == [
        "numpy_float32", "numpy_float64", "numpy_float32 (again)",
    ]  # fmt: skip
    assert [(row.status, len(row.blocks)) for row in rows] == [("ok", 2)] * 3
    run.finish()
    found = results.load(tmp_path)
    assert found.tasks["diabetes_sgd"]["order_seed"] == run.context.seed
    (shown,) = [s for c in chapters(found) for s in c.sections]
    assert shown.notes[0].startswith("Control: numpy_float32 and numpy_float32 again")
    assert len(as_pytest_benchmark(found)["benchmarks"]) == 2


@pytest.mark.parametrize("names", [("numpy_float64",), ("numpy_float32", "numpy_float64")])
def test_without_our_own_row_there_is_no_control(start, names):
    rows = start(("diabetes_sgd",), names).rows("diabetes_sgd")
    assert not any(row.is_control for row in rows)


def test_missing_data_skips_the_task_with_the_three_ways(start, monkeypatch, tmp_path):
    def nowhere(root, **options):
        raise FileNotFoundError("digits are in none of the places; three ways to get them: ...")

    monkeypatch.setattr(registry.load("datasets", "digits"), "load", nowhere)
    run = start(("digits_adam", "diabetes_sgd"), ("numpy_float64",))
    row = row_of(run, "digits_adam", "numpy_float64")
    assert (row.status, row.seconds) == ("skipped", [])
    assert "three ways" in row.reason
    assert row_of(run, "diabetes_sgd", "numpy_float64").status == "ok"
    assert {r.status for r in results.load(tmp_path).rows} == {"skipped", "ok"}


def test_without_the_reference_nothing_is_timed(start, monkeypatch):
    run = start(("diabetes_sgd",), ("numpy_float64",))
    worker = run.context.pool.worker("numpy_float64")
    monkeypatch.setattr(worker, "timeout", 0.0)  # too impatient for any answer
    row = row_of(run, "diabetes_sgd", "numpy_float64")
    assert row.status == "failed"
    assert "the reference failed: no answer" in row.reason


def test_without_the_judge_every_row_says_why(start, monkeypatch, tmp_path):
    # more features than examples and no penalty: there is no minimum
    size = {"num_examples": 10, "num_features": 20}
    task = Solve(
        name="endless", dataset="synthetic", model="logistic", required_gap=1e-6, why="why",
        options=size,
    )  # fmt: skip
    monkeypatch.setattr(registry, "tasks", lambda: {"endless": task})
    run = start(("endless",), ("jax_solve", "sklearn_lbfgs"))
    for name in ("jax_solve", "sklearn_lbfgs"):
        row = row_of(run, "endless", name)
        assert (row.status, row.points, row.seconds) == ("failed", [], [])
        assert "the judge failed: RuntimeError: got SEPARABLE (1)" in row.reason
    assert results.load(tmp_path).rows == run.record.rows


def test_lessons_are_traced_and_not_timed_unless_asked_for():
    assert "six_points" not in selection.choose_tasks([], quick=False)
    assert selection.choose_tasks(["six_points"], quick=False) == ("six_points",)
    assert "two_gaussians" in selection.choose_tasks([], quick=False)  # a kind of its own


def test_quick_tasks_cover_the_three_models_on_embedded_data():
    quick = [registry.tasks()[name] for name in selection.choose_tasks([], quick=True)]
    assert {task.model for task in quick} == {"linear", "logistic", "softmax"}
    assert all(
        registry.load("datasets", t.dataset).missing(Path("/nowhere")) is None for t in quick
    )


def test_a_failing_reference_leaves_other_reasons_alone(start, monkeypatch, without_tensorflow):
    run = start(("diabetes_sgd",), ("numpy_float64", "tf_xla"))
    monkeypatch.setattr(run.context.pool.worker("numpy_float64"), "timeout", 0.0)
    assert row_of(run, "diabetes_sgd", "numpy_float64").status == "failed"
    row = row_of(run, "diabetes_sgd", "tf_xla")
    assert (row.status, "needs tensorflow" in row.reason) == ("skipped", True)


def test_a_file_that_is_missing_while_measuring_is_not_taken_for_missing_data(start, monkeypatch):
    def broken(*_):
        raise FileNotFoundError("the disk went away")

    monkeypatch.setattr(TrainingKind, "prove", broken)
    with pytest.raises(FileNotFoundError):
        start(("diabetes_sgd",), ("numpy_float64",)).rows("diabetes_sgd")


def test_tasks_that_need_a_gpu_are_run_where_there_is_one(monkeypatch):
    large = {name for name, task in registry.tasks().items() if task.accelerator}
    assert large
    monkeypatch.setattr(selection, "gpus", lambda: [])
    assert not large & set(selection.choose_tasks([], quick=False))
    assert selection.choose_tasks([min(large)], quick=False) == (min(large),)
    monkeypatch.setattr(selection, "gpus", lambda: ["NVIDIA H200"])
    assert large <= set(selection.choose_tasks([], quick=False))


def test_an_implementation_runs_the_tasks_of_its_kind():
    pairs = selection.choose_pairs(
        ["sweep_folds", "digits_adam"], ["jax_scan", "jax_sweep"], quick=False
    )
    assert pairs == {"sweep_folds": ("jax_sweep",), "digits_adam": ("jax_scan",)}
    with pytest.raises(
        UnknownName, match="that are not for sweep tasks: jax_scan; expected some of"
    ):
        selection.choose_pairs(["sweep_folds"], ["jax_scan"], quick=False)


def test_a_data_set_that_cannot_be_imported_is_a_skip(start, monkeypatch):
    """As on a Python without scikit-learn, which several data sets are read with."""
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "sklearn" else find(name)
    )
    row = row_of(start(("diabetes_sgd",), ("numpy_float64",)), "diabetes_sgd", "numpy_float64")
    assert row.status == "skipped"
    assert "the data set diabetes needs scikit-learn" in row.reason


def test_a_run_is_finished_in_one_file(start, tmp_path):
    run = start(("diabetes_sgd",), ("numpy_float64",))
    run.run()
    run.finish()
    assert {p.name for p in tmp_path.iterdir()} == {"benchmark.json", "report.html", "summary.md"}
    assert results.load(tmp_path) == run.record


def test_a_negative_cost_fails_its_row(start):
    run = start(("diabetes_sgd",), ("numpy_float64", "numpy_float32"))
    run.context.pool.worker("numpy_float32").loaded = Loaded("numpy", -1195.0)
    row = row_of(run, "diabetes_sgd", "numpy_float32")
    assert (row.status, row.seconds) == ("failed", [])
    assert "got -1.2e+03 as its import, expected no less than 0" in row.reason
    assert row_of(run, "diabetes_sgd", "numpy_float64").status == "ok"


def measured_as(*float32):
    """Ceilings of the CPU, one measurement after the other."""
    answers = iter(float32)

    def measure(quick, variables):
        found = {"float32": [next(answers), "NumPy"], "memory": [1e12, "NumPy"]}
        return {"devices": {"cpu": found}, "missing": {}}

    return measure


def test_a_ceiling_that_was_measured_on_a_busy_machine_is_measured_again(start, monkeypatch):
    monkeypatch.setattr(ceilings, "measure_ceilings", measured_as(1e3, 1e13))
    run = start(("diabetes_sgd",), ("numpy_float64",))
    run.record.ceilings = {}
    assert row_of(run, "diabetes_sgd", "numpy_float64").status == "ok"
    assert run.record.ceilings["devices"]["cpu"]["float32"] == [1e13, "NumPy"]


def test_a_row_above_the_ceiling_fails(start, tmp_path, monkeypatch):
    monkeypatch.setattr(ceilings, "measure_ceilings", measured_as(1e3, 1e3))
    run = start(("diabetes_sgd",), ("numpy_float64",))
    run.record.ceilings = {}
    row = row_of(run, "diabetes_sgd", "numpy_float64")
    assert (row.status, row.seconds) == ("failed", [])
    assert "at the ceiling of arithmetic it takes" in row.reason
    assert results.load(tmp_path).rows == run.record.rows


def test_a_task_that_the_time_does_not_reach_is_skipped_with_the_remedy(start, tmp_path):
    run = start(("diabetes_sgd",), ("numpy_float64", "numpy_float32"), seconds=1e-9)
    run.run()
    reasons = {row.reason for row in run.record.rows}
    assert len(reasons) == 1
    assert "allow more with --budget, or --resume the run" in reasons.pop()
    assert {row.status for row in run.record.rows} == {"skipped"}
