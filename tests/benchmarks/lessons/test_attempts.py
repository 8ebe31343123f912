"""How it went to trace a lesson, and what becomes of it at the command line."""

from benchmarks import registry
from benchmarks.__main__ import main
from benchmarks.contract import UnusableData
from benchmarks.lessons import tracing
from benchmarks.lessons.attempts import Attempt, attempt
from benchmarks.lessons.tracing import Tracer
from benchmarks.loading import DataFailed
from benchmarks.workers.pool import Pool
from benchmarks.workers.worker import WorkerError
from tests.benchmarks.lessons.traced import as_printed


def test_a_lesson_that_agrees_has_not_failed():
    traced = as_printed("six_points", "numpy_float64")
    found = Attempt("six_points", traced)
    assert (found.has_values, found.has_failed) == (True, False)
    assert found.line().startswith("six_points: the printed digits")


def test_a_lesson_in_which_an_implementation_failed_has_failed():
    traced = as_printed("six_points", "numpy_float64")
    traced.failed.append("tf_xla")
    found = Attempt("six_points", traced)
    assert found.has_failed
    assert found.line().endswith("; failed: tf_xla")


def test_a_lesson_without_its_data_is_skipped(tmp_path):
    with Tracer(None, tmp_path) as tracer:
        found = attempt(tracer, "birth_life_online")
    assert (found.has_values, found.has_failed) == (False, False)
    assert found.line().startswith("birth_life_online: skipped: birth_life_2010.txt")


def test_a_lesson_with_damaged_data_has_failed(monkeypatch):
    def damaged(task, root):
        raise DataFailed("it is cut")

    monkeypatch.setattr(tracing, "load_dataset", damaged)
    with Tracer(None, None) as tracer:
        found = attempt(tracer, "six_points")
    assert (found.has_values, found.has_failed) == (False, True)
    assert found.line() == "six_points: failed: it is cut"


def test_a_trace_of_damaged_data_names_it_and_fails(monkeypatch, capsys):
    def damaged(root):
        raise UnusableData("it is cut: get it again")

    monkeypatch.setattr(registry.load("datasets", "six_points"), "load", damaged)
    assert main(["trace", "six_points", "--implementation", "numpy_float64"]) == 1
    said = capsys.readouterr()
    assert said.out == "six_points: failed: it is cut: get it again\n"
    assert "nothing was run" in said.err


def test_a_trace_with_nothing_to_run_fails(capsys):
    assert main(["trace", "six_points", "--implementation", "jax_solve"]) == 1
    said = capsys.readouterr()
    assert "jax_solve: it runs tasks of the kind solve" in said.out
    assert "nothing was run, for the reasons above" in said.err


def test_a_trace_in_which_a_worker_fails_fails(monkeypatch, capsys):
    def fail(pool, name, package="frameworks"):
        raise WorkerError("the worker was ended by SIGKILL")

    monkeypatch.setattr(Pool, "worker", fail)
    arguments = ["--implementation", "numpy_float64", "--json"]
    assert main(["trace", "six_points", *arguments]) == 1
    assert "was ended by SIGKILL" in capsys.readouterr().out
