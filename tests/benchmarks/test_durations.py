"""A run tells how long it will take from an earlier one, and begins with what is short."""

from dataclasses import replace

import pytest

from benchmarks import durations, results
from tests.benchmarks.records import ENVIRONMENT, record, training_row

TASKS = ("digits_adam", "diabetes_sgd", "many_small", "breast_cancer_solve")


def stored(root, name, command="python -m benchmarks run", cpu="Some CPU", **seconds):
    """A run of tasks with two rows each, in a folder of the documentation."""
    found = record()
    found.command, found.environment = command, ENVIRONMENT | {"cpu": cpu}
    found.rows = [
        replace(training_row(row), task=task)
        for task in seconds
        for row in ("jax_scan", "torch_eager")
    ]
    found.tasks = {task: found.tasks["training"] | {"seconds": s} for task, s in seconds.items()}
    folder = root / "docs" / "results" / name
    folder.mkdir(parents=True)
    results.save(found, folder)


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setattr(durations, "ROOT", tmp_path)
    return tmp_path


def pairs(tasks, *rows):
    return dict.fromkeys(tasks, rows)


def test_without_an_earlier_run_all_tasks_are_alike(root):
    found = durations.expected(pairs(TASKS, "jax_scan"), quick=True, cpu="Some CPU")
    assert found.source == ""
    assert set(found.seconds.values()) == {durations.QUICK_UNKNOWN}


def test_a_run_that_did_not_tell_its_times_is_none(root):
    stored(root, "a", digits_adam=90.0)
    old = results.load(root / "docs" / "results" / "a")
    del old.tasks["digits_adam"]["seconds"]
    results.save(old, root / "docs" / "results" / "a")
    assert durations.expected(pairs(TASKS, "jax_scan"), False, "Some CPU").source == ""


def test_kinds_take_turns_and_the_shortest_task_is_first(root):
    stored(
        root, "a", digits_adam=90.0, diabetes_sgd=50.0, many_small=40.0, breast_cancer_solve=60.0
    )
    found = durations.expected(pairs(TASKS, "jax_scan", "torch_eager"), quick=False, cpu="Some CPU")
    assert list(found.seconds) == [
        "many_small",
        "diabetes_sgd",
        "breast_cancer_solve",
        "digits_adam",
    ]
    assert found.seconds["digits_adam"] == 90.0
    assert found.source == "as on 2 cores of Some CPU in the run of 2026-01-01"


def test_fewer_rows_take_less_and_unknown_tasks_the_usual(root):
    stored(root, "a", digits_adam=90.0)
    found = durations.expected(pairs(TASKS[:2], "jax_scan"), quick=False, cpu="Some CPU")
    assert found.seconds == {"digits_adam": 45.0, "diabetes_sgd": durations.UNKNOWN}


def test_a_run_of_the_same_form_and_processor_is_preferred(root):
    stored(root, "a", cpu="Other CPU", digits_adam=10.0)
    stored(root, "b", command="python -m benchmarks run --quick", digits_adam=20.0)
    stored(root, "c", digits_adam=30.0)

    def known(quick, cpu):
        chosen = pairs(TASKS[:1], "jax_scan", "torch_eager")
        return durations.expected(chosen, quick, cpu).seconds["digits_adam"]

    assert known(False, "Some CPU") == 30.0
    assert known(False, "Other CPU") == 10.0
    assert known(True, "Other CPU") == 20.0
