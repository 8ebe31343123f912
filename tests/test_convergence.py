"""Climbing and timing, with solvers that stall, cheat, crash or take too long on purpose."""

import json
from dataclasses import asdict
from itertools import count
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks import convergence, curves, problem, worker
from benchmarks.curves import Effort
from benchmarks.datasets import probes, synthetic
from benchmarks.measure import NOT_REACHED
from benchmarks.process import WorkerDied, WorkerError, WorkerTooSlow
from benchmarks.record import Row
from benchmarks.solve_spec import SolveTask, Verdict
from benchmarks.spec import Outcome, Runner
from benchmarks.worker import Session

TASK = SolveTask("toy", "synthetic", "logistic", 1e-4, "why", l2=0.1)
MANY = SolveTask("many", "probes", "logistic", 1e-4, "why", l2=0.1, sweep={"target": (0, 1, 2)})
EFFORT = Effort(climb=10.0, timing=1.0, most=5, enough=0.0)


def silent(text, end="\n"):
    pass


def judge():
    """A problem whose minimum is 1 at weights of zero: the gap is the sum of their squares."""

    def prepare(task, given):
        def run(weights, bias):
            square = np.sum(np.atleast_3d(weights) ** 2, axis=(1, 2))
            return square if task.sweep else square.sum(keepdims=True)

        return Runner(run, lambda square: Verdict(1 + square, square))

    return SimpleNamespace(LIBRARY="toy", prepare=prepare)


def solver(size=np.sqrt, before_run=lambda tol: None, library="toy", reason=None, shape=None):
    """A solver that returns one weight of `size(tol)`; of many models the last is the worst."""

    def prepare(task, given):
        def run(tol):
            before_run(tol)
            return size(tol)

        def collect(value):
            weights, bias = np.zeros(shape or given.weights.shape), np.zeros(given.bias.shape)
            weights[0, 0] = value
            if task.sweep:
                weights, bias = np.stack([0 * weights] * 2 + [weights]), np.stack([bias] * 3)
            return Outcome(weights, bias, None)

        return Runner(run, collect)

    return SimpleNamespace(LIBRARY=library, unsupported=lambda task: reason, prepare=prepare)


class InProcess:
    """A worker without the process: it asks its own session."""

    def __init__(self, module):
        self.session = Session("toy", module)

    def ask(self, request, *arguments, within=None):
        if request is Session.load:
            return {"library": self.session.module.LIBRARY, "seconds": 0.0}
        try:
            return request(self.session, *arguments)
        except ValueError as error:
            raise WorkerError(str(error)) from None


class Pool:
    def __init__(self, **modules):
        self.workers = {name: InProcess(module) for name, module in modules.items()}

    def worker(self, name):
        found = self.workers[name]
        return found, found.ask(Session.load)


@pytest.fixture(autouse=True)
def no_collections(monkeypatch):
    """Collecting garbage before a run is right in a worker, and slow in a process full of tests."""
    monkeypatch.setattr(worker.gc, "collect", lambda: 0)


@pytest.fixture
def run(tmp_path):
    """`run(**solvers)`: their rows by name."""

    def measure(task=TASK, effort=EFFORT, rows=None, **solvers):
        size = {"num_examples": 20, "num_features": 4}
        data = (
            probes.load(None, num_targets=3, **size) if task.sweep else synthetic.load(None, **size)
        )
        given = problem.from_zero(task, data)
        problem.save(given, tmp_path)
        rows = [] if rows is None else rows
        rows += [Row(task.name, name, status="skipped", reason=NOT_REACHED) for name in solvers]
        pool = Pool(_judge=judge(), **solvers)
        convergence.measure(task, given, tmp_path, rows, pool, effort, silent)
        return {row.framework: row for row in rows}

    return measure


def gaps(row):
    return [point["gap"] for point in row.curve]


def test_a_solver_is_followed_down_to_the_last_gap(run):
    row = run(honest=solver())["honest"]
    assert (row.status, row.reason) == ("ok", "")
    assert gaps(row) == pytest.approx([10.0**-p for p in range(1, 9)])
    assert all(len(point["seconds"]) >= 3 for point in row.curve)
    assert row.seconds in [point["seconds"] for point in row.curve if point["gap"] <= 1e-4]
    assert {"import", "transfer", "first", "peak_memory"} <= set(row.ledger)
    json.dumps(asdict(row))


def test_a_solver_that_never_converges_has_no_time(run):
    row = run(lazy=solver(size=lambda tol: 0.1))["lazy"]
    assert (row.status, row.seconds) == ("not reached", [])
    assert "a gap of 1e-02, wanted 1e-04" in row.reason
    assert len(row.curve) == 1  # the same parameters again are no new point


def test_a_solver_that_claims_convergence_is_judged_by_its_parameters(run):
    """It returns at once, always something else, and none of it near the minimum."""
    some = count(0.5, 0.01)
    row = run(cheat=solver(size=lambda tol: next(some)))["cheat"]
    assert (row.status, row.seconds) == ("not reached", [])
    assert "no smaller gap at tolerance" in row.reason
    assert len(row.curve) == 3


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_parameters_that_are_not_finite_are_no_point(run, value):
    row = run(broken=solver(size=lambda tol: value))["broken"]
    assert (row.status, row.seconds, row.curve) == ("failed", [], [])
    assert "no finite gap" in row.reason


def fails_at(tol, error, times=10**9):
    left = iter(range(times))

    def before_run(at):
        if at <= tol * 1.01 and next(left, None) is not None:
            raise error

    return before_run


@pytest.mark.parametrize(
    "error", [WorkerDied("ended by SIGKILL"), ValueError("out of memory")], ids=["dies", "raises"]
)
@pytest.mark.parametrize(("tol", "status"), [(1e-1, "failed"), (1e-3, "not reached"), (1e-6, "ok")])
def test_a_failure_costs_what_comes_after_it(run, error, tol, status):
    rows = run(dying=solver(before_run=fails_at(tol, error)), honest=solver())
    dying = rows["dying"]
    assert (dying.status, bool(dying.seconds)) == (status, status == "ok")
    assert f"at tolerance {tol:.0e}: {error}" in dying.reason
    assert len(dying.curve) == round(-np.log10(tol)) - 1
    assert all(point["seconds"] for point in dying.curve)
    assert rows["honest"].status == "ok"


def test_a_process_that_took_too_long_is_started_again_and_timed(run):
    prepared = []
    slow = solver(before_run=fails_at(1e-6, WorkerDied("no answer in 10 s"), times=1))
    inner = slow.prepare
    slow.prepare = lambda *given: prepared.append(1) or inner(*given)
    row = run(slow=slow)["slow"]
    assert row.status == "ok"
    assert len(prepared) == 2
    assert len(row.seconds) >= 3


def test_a_solver_that_is_too_slow_for_any_point_is_no_failure(run):
    row = run(slow=solver(before_run=fails_at(0.1, WorkerTooSlow("no answer in 60 s"))))["slow"]
    assert (row.status, row.curve) == ("not reached", [])
    assert "no answer in 60 s" in row.reason


def test_weights_of_another_shape_are_named(run):
    row = run(transposed=solver(shape=(4, 1)))["transposed"]
    assert row.status == "failed"
    assert "collect() may have to transpose" in row.reason


def test_what_is_not_supported_is_skipped_with_its_reason(run):
    row = run(other=solver(reason="no penalty here"))["other"]
    assert (row.status, row.reason) == ("skipped", "no penalty here")


def test_of_many_models_the_worst_counts(run):
    assert gaps(run(task=MANY, honest=solver())["honest"])[0] == pytest.approx(0.1)


def test_a_climb_ends_when_its_time_is_spent(run, monkeypatch):
    monkeypatch.setattr(Session, "run", lambda self, *inputs: _slow(self, inputs))
    row = run(slow=solver())["slow"]
    assert row.status == "not reached"
    assert "10 s did not suffice for tolerance 1e-04" in row.reason
    # too long for a second run: what the first took is what is known
    assert [point["seconds"] for point in row.curve] == [[5.0]] * 3


def _slow(session, inputs):
    session.raw = session.runner.run(*inputs)
    return 5.0 if len(inputs) == 1 else 0.0


def test_an_interruption_keeps_what_was_measured(run):
    rows, calls = [], iter(range(12))

    def interrupted(tol):
        if next(calls, None) is None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(rows=rows, honest=solver(), interrupted=solver(before_run=interrupted))
    assert [row.status for row in rows] == ["ok", "ok"]
    assert all(row.seconds for row in rows)


def test_the_points_that_decide_are_timed_in_turn():
    order = []

    class Told:
        def __init__(self, name):
            self.name = name

        def ask(self, request, tol):
            order.append(f"{self.name}{tol:g}")
            return 0.1

    def climber(name):
        points = [{"tol": t, "first": 0.1, "seconds": [], "gap": t} for t in (0.1, 0.01, 0.001)]
        return curves.Climber(Row("toy", name, curve=points), Told(name))

    curves.time([climber("A"), climber("B")], 0.01, Effort(1.0, 0.5, rounds=2, most=2))
    assert order[:4] == ["A0.01", "B0.01", "B0.01", "A0.01"]
    assert order[4:] == ["A0.1", "B0.1", "B0.1", "A0.1", "A0.001", "B0.001"]


def test_a_solve_starts_from_zero_and_weighs_folds_alike():
    folds = SolveTask("t", "s", "logistic", 1e-4, "", sweep={"l2": (1.0, 0.1), "fold": (0, 1, 2)})
    given = problem.from_zero(folds, synthetic.load(None, num_examples=20, num_features=4))
    assert not given.weights.any()
    assert given.plan is None
    assert given.weight.shape == (6, 20)
    # scikit-learn's C, one for all folds
    products = given.l2 * given.weight.sum(axis=1)
    np.testing.assert_allclose(products, np.repeat([1.0, 0.1], 3) * 40 / 3, rtol=1e-6)
