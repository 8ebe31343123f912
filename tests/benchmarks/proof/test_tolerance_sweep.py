"""The tolerance sweep goes as far as the judge certifies smaller gaps, and says why it ended."""

import json
from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from benchmarks.workers.host import Host
from benchmarks.workers.worker import WorkerDied, WorkerTooSlow
from tests.benchmarks.toy_solve import MANY, TASK, fails_at, run, solver

pytestmark = pytest.mark.usefixtures("no_warm_up")


def gaps(row):
    return [point.gap for point in row.points]


def test_a_solver_is_followed_down_to_the_last_gap(tmp_path):
    row = run(tmp_path, honest=solver())["honest"]
    assert (row.status, row.reason, row.end) == ("ok", "", "")
    assert gaps(row) == pytest.approx([10.0**-p for p in range(1, 9)])
    assert all(len(point.rounds) >= 3 for point in row.points)
    assert row.seconds in [point.rounds for point in row.points if point.gap <= 1e-4]
    assert {"import", "transfer", "first", "peak_memory"} <= set(row.costs)
    json.dumps(row.as_dict())


def test_a_solver_is_followed_to_a_gap_that_is_required(tmp_path):
    row = run(tmp_path, replace(TASK, required_gap=2e-10), honest=solver())["honest"]
    assert (row.status, row.reason, row.end) == ("ok", "", "")
    assert gaps(row)[-1] == pytest.approx(1e-10)


def test_a_solver_that_never_converges_has_no_time(tmp_path):
    row = run(tmp_path, lazy=solver(size=lambda tol: 0.1))["lazy"]
    assert (row.status, row.seconds) == ("not reached", [])
    assert "reached gap 1e-02, required 1e-04" in row.reason
    assert len(row.points) == 1  # the same parameters again are no new point


def test_a_solver_that_claims_convergence_is_judged_by_its_parameters(tmp_path):
    """It returns at once, always something else, and none of it near the minimum."""
    some = count(0.5, 0.01)
    row = run(tmp_path, cheat=solver(size=lambda tol: next(some)))["cheat"]
    assert (row.status, row.seconds) == ("not reached", [])
    assert "no smaller gap at tolerance" in row.reason
    assert len(row.points) == 3


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_parameters_that_are_not_finite_are_no_point(tmp_path, value):
    row = run(tmp_path, broken=solver(size=lambda tol: value))["broken"]
    assert (row.status, row.seconds, row.points) == ("failed", [], [])
    assert "no finite gap" in row.reason


@pytest.mark.parametrize(
    "error", [WorkerDied("ended by SIGKILL"), ValueError("out of memory")], ids=["dies", "raises"]
)
@pytest.mark.parametrize(("tol", "status"), [(1e-1, "failed"), (1e-3, "not reached"), (1e-6, "ok")])
def test_a_failure_costs_what_comes_after_it(tmp_path, error, tol, status):
    rows = run(tmp_path, dying=solver(before_run=fails_at(tol, error)), honest=solver())
    dying = rows["dying"]
    assert (dying.status, bool(dying.seconds)) == (status, status == "ok")
    assert f"at tolerance {tol:.0e}: {error}" in dying.end
    assert len(dying.points) == round(-np.log10(tol)) - 1
    assert all(point.rounds for point in dying.points)
    assert rows["honest"].status == "ok"


def test_a_solver_that_is_too_slow_for_any_point_is_no_failure(tmp_path):
    too_slow = fails_at(0.1, WorkerTooSlow("no answer in 60 s"))
    row = run(tmp_path, slow=solver(before_run=too_slow))["slow"]
    assert (row.status, row.points) == ("not reached", [])
    assert "no answer in 60 s" in row.reason


def test_weights_of_another_shape_are_named(tmp_path):
    row = run(tmp_path, transposed=solver(shape=(4, 1)))["transposed"]
    assert row.status == "failed"
    assert "collect() may have to transpose" in row.reason


def test_what_is_not_supported_is_skipped_with_its_reason(tmp_path):
    row = run(tmp_path, other=solver(reason="no penalty here"))["other"]
    assert (row.status, row.reason) == ("skipped", "no penalty here")


def test_of_many_models_the_worst_counts(tmp_path):
    assert gaps(run(tmp_path, task=MANY, honest=solver())["honest"])[0] == pytest.approx(0.1)


def test_a_sweep_ends_when_its_time_is_spent(tmp_path, monkeypatch):
    monkeypatch.setattr(Host, "run", lambda self, *inputs: _slow(self, inputs))
    row = run(tmp_path, slow=solver())["slow"]
    assert row.status == "not reached"
    assert "time limit of 10 s reached before tolerance 1e-04" in row.reason
    # timed only once: the first run is what is known
    assert [point.rounds for point in row.points] == [[5.0]] * 3


def _slow(host, inputs):
    host.raw = host.runner.run(*inputs)
    return 5.0 if len(inputs) == 1 else 0.0
