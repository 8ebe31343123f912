"""Ceilings have a plausible order of magnitude; the best value counts; what fails has a reason."""

import subprocess

import pytest

from benchmarks import registry
from benchmarks.machine import ceiling, ceilings
from benchmarks.machine.ceilings import CeilingFailed
from benchmarks.workers.variables import worker_variables


@pytest.mark.long
def test_a_real_measurement_is_plausible(monkeypatch):
    """The limits hold for any machine; the speed of this one is not asserted."""
    monkeypatch.setattr(ceilings, "QUICK_SECONDS", 0.01)
    found = ceilings.measure_ceilings(True, worker_variables)
    assert "NumPy" not in found["missing"]
    for device in found["devices"].values():
        assert 1e8 < device["float32"][0] < 1e16
        assert 1e8 < device["memory"][0] < 1e14
    assert any(
        0 < device["launch"][0] < 1 for device in found["devices"].values() if "launch" in device
    )


@pytest.fixture
def answers(monkeypatch):
    """`answers(numpy=..., jax=...)`: ceilings measured from these results of libraries, or exceptions."""

    def give(**found):
        def ask(library, seconds, mib, variables):
            answer = found.get(library, CeilingFailed("not asked"))
            if isinstance(answer, Exception):
                raise answer
            return dict(answer)

        monkeypatch.setattr(ceilings, "_ask", ask)
        monkeypatch.setattr(ceilings, "cpu_cache", lambda: 2**20)
        return ceilings.measure_ceilings(True, worker_variables)

    return give


def test_the_best_of_all_counts_on_each_device(answers):
    found = answers(
        numpy={"device": "cpu", "float32": 1.0, "memory": 5.0, "launch": 2.0},
        torch={"device": "cpu", "float32": 2.0, "memory": 4.0, "launch": 1.0},
        jax={"device": "GPU", "float32": 9.0},
    )
    assert found["missing"] == {}
    assert found["devices"]["GPU"] == {"float32": [9.0, "XLA"]}
    assert found["devices"]["cpu"] == {
        "cache": [2**20, "Linux"],
        "float32": [2.0, "PyTorch"],
        "memory": [5.0, "NumPy"],
        "launch": [1.0, "PyTorch"],
    }


def test_a_library_that_fails_lacks_only_its_own_ceilings(answers):
    found = answers(numpy={"device": "cpu", "float32": 1.0}, jax=CeilingFailed("no memory"))
    assert found["missing"] == {"XLA": "no memory", "PyTorch": "not asked"}
    assert found["devices"]["cpu"]["float32"] == [1.0, "NumPy"]


def test_a_missing_library_a_crash_and_a_hang_have_reasons(monkeypatch):
    monkeypatch.setattr(registry, "absent", lambda package, name: [name, "torch"])
    with pytest.raises(CeilingFailed, match=r"^needs ceiling_torch, torch$"):
        ceilings._ask("torch", 0.0, 1, worker_variables)
    monkeypatch.setattr(registry, "absent", lambda package, name: [])
    with pytest.raises(CeilingFailed, match="ModuleNotFoundError"):
        ceilings._ask("no_such_library", 0.0, 1, worker_variables)

    def hangs(command, timeout, **_):
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setattr(subprocess, "run", hangs)
    with pytest.raises(CeilingFailed, match="no answer in 60 s"):
        ceilings._ask("numpy", 0.0, 1, worker_variables)


ANSWERS = {
    "nothing": ("", "got ''"),
    "a line of another program": ("warning: no GPU\n", "got 'warning: no GPU'"),
    "JSON of another form": ("[1, 2]\n", "got '[1, 2]'"),
    "no device": ('{"float32": 1.0}\n', "float32"),
}


@pytest.mark.parametrize(("output", "message"), ANSWERS.values(), ids=ANSWERS)
def test_an_answer_that_is_none_is_a_reason(monkeypatch, output, message):
    """It is never the text of an IndexError or a KeyError."""
    done = subprocess.CompletedProcess([], 0, output, "")
    monkeypatch.setattr(subprocess, "run", lambda *given, **options: done)
    found = ceilings.measure_ceilings(True, worker_variables)
    assert len(found["missing"]) == 3
    for reason in found["missing"].values():
        assert reason.startswith("got ")
        assert message in reason
        assert reason.endswith("expected its ceilings as JSON")


def test_a_process_that_cannot_be_started_is_a_reason(monkeypatch):
    def full(*given, **options):
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(subprocess, "run", full)
    found = ceilings.measure_ceilings(True, worker_variables)
    assert found["missing"]["NumPy"] == "its process cannot be started: Cannot allocate memory"


def test_an_error_of_ours_is_not_taken_for_a_reason(monkeypatch):
    monkeypatch.setattr(ceilings, "_ask", lambda *given: {})
    with pytest.raises(KeyError):
        ceilings.measure_ceilings(True, worker_variables)


def test_the_shortest_call_counts():
    calls = []
    assert ceiling.shortest(lambda: calls.append(1), 0.0) > 0
    assert len(calls) == 2  # the first is not timed


def test_of_two_measurements_the_better_ceilings_count():
    busy = {"cpu": {"float32": [1e9, "NumPy"], "launch": [9e-6, "XLA"], "cache": [1, "Linux"]}}
    idle = {
        "cpu": {"float32": [9e9, "XLA"], "launch": [1e-6, "XLA"]},
        "gpu": {"memory": [1e12, "XLA"]},
    }
    best = ceilings.best_of({"devices": busy, "missing": {"torch": "no"}}, {"devices": idle})
    assert best == {
        "devices": {**idle, "cpu": {**idle["cpu"], "cache": [1, "Linux"]}},
        "missing": {"torch": "no"},
    }
    assert busy["cpu"]["float32"] == [1e9, "NumPy"]
