"""A timed solve reaches the gap of the first one at its tolerance: no more, and no less."""

from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from benchmarks.contract import Outcome, Runner
from benchmarks.kinds import solve
from benchmarks.proof import judge as real_judge
from tests.benchmarks.toy_solve import COMMON, run, solver

pytestmark = pytest.mark.usefixtures("no_warm_up")


def planted(size_of_run):
    """A solver whose weight is `size_of_run(tol, weights of its earlier runs)`."""

    def prepare(task, arrays):
        sizes = []

        def run(tol):
            sizes.append(size_of_run(tol, sizes))
            return sizes[-1]

        def collect(size):
            weights = np.zeros(arrays.weights.shape)
            weights[0, 0] = size
            return Outcome(weights, np.zeros(arrays.bias.shape))

        return Runner(run, collect)

    return SimpleNamespace(LIBRARY="toy", unsupported=lambda task: None, prepare=prepare)


def warm_start(tol, earlier):
    """It stops where its tolerance says, and has nothing to do if an earlier run went farther."""
    return min([tol**0.5, *earlier])


def gives_up_when_it_is_timed(tol, earlier):
    """The proof asks at every tolerance once."""
    return tol**0.5 if tol < min([1.0, *tolerances(earlier)]) * 0.99 else 1.0


def tolerances(earlier):
    return [size**2 for size in earlier]


def test_a_solver_that_starts_from_its_last_solution_has_no_time(tmp_path):
    rows = run(tmp_path, warm=planted(warm_start), honest=solver())
    assert (rows["warm"].status, rows["warm"].seconds) == ("parity failed", [])
    assert "it starts from an earlier solution, expected from zero" in rows["warm"].reason
    assert rows["honest"].status == "ok"


def test_a_solver_that_jumps_to_the_minimum_is_found_at_the_loosest_tolerance(tmp_path):
    """Its deciding point is the last of its curve, so that an earlier solution is no closer."""

    def newton(tol, earlier):
        return min([0.5 if tol > 0.05 else 1e-6, *earlier])

    row = run(tmp_path, warm=planted(newton))["warm"]
    assert (row.status, row.seconds) == ("parity failed", [])
    assert (
        "at tolerance 1.0e-01 the first solve reached gap 2e-01, a solve after tighter"
        in row.reason
    )


def test_one_step_more_for_a_tighter_tolerance_is_no_earlier_solution(tmp_path):
    """As Newton's method, where the tolerance of a point is just met and one just below it is not."""
    asked = []

    def newton(tol, earlier):
        # the first tolerance of a point is the one of its curve
        near = [other for other in asked if abs(tol / other - 1) < 0.05]
        asked.append(tol)
        return 1e-3 * tol**0.5 if near and tol < near[0] else tol**0.5

    row = run(tmp_path, newton=planted(newton))["newton"]
    assert (row.status, bool(row.seconds)) == ("ok", True), row.reason
    assert any(0 < tol / point.tol - 1 < 0.03 for tol in asked for point in row.points)


def test_a_solver_that_gives_less_when_it_is_timed_has_no_time(tmp_path):
    row = run(tmp_path, lazy=planted(gives_up_when_it_is_timed))["lazy"]
    assert (row.status, row.seconds) == ("parity failed", [])
    assert "the last timed solve 1e+00: it is not the solution that was timed before" in row.reason


def test_nothing_is_compared_where_nothing_was_timed(tmp_path, monkeypatch):
    monkeypatch.setattr(solve, "interleave", lambda *_: None)
    assert run(tmp_path, warm=planted(warm_start))["warm"].status == "ok"


def test_a_result_that_was_kept_for_a_tolerance_serves_no_timed_solve(tmp_path):
    calls = []

    def solved(tol, earlier):
        calls.append(tol)
        return tol**0.5

    inner = planted(solved).prepare

    def prepare(task, arrays):
        runner = inner(task, arrays)
        return Runner(cache(runner.run), runner.collect)

    keeping = SimpleNamespace(LIBRARY="toy", unsupported=lambda task: None, prepare=prepare)
    row = run(tmp_path, keeping=keeping)["keeping"]
    assert row.status == "ok"
    first = len(row.points)
    timed = sum(len(point.rounds) for point in row.points)
    assert len(calls) == len(set(calls)) == first + timed


def scikit_learn(**settings):
    """Its L-BFGS, one estimator for all solves."""
    estimator = LogisticRegression(C=1 / (20 * COMMON["l2"]), max_iter=10**6, **settings)

    def prepare(task, arrays):
        def run(tol):
            return estimator.set_params(tol=tol).fit(arrays.x.astype(np.float64), arrays.y)

        return Runner(run, lambda fitted: Outcome(fitted.coef_, fitted.intercept_))

    return SimpleNamespace(LIBRARY="toy", unsupported=lambda task: None, prepare=prepare)


def test_the_warm_start_of_scikit_learn_is_found_by_the_real_judge(tmp_path):
    solvers = {"cold": scikit_learn(), "warm": scikit_learn(warm_start=True)}
    rows = run(tmp_path, judge=real_judge, **solvers)
    assert rows["cold"].status == "ok"
    assert (rows["warm"].status, rows["warm"].seconds) == ("parity failed", [])
    assert "it starts from an earlier solution, expected from zero" in rows["warm"].reason
