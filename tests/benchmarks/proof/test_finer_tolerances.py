"""Between two decades the loosest tolerance is found; a solver's own claim is solved, and judged."""

import json
from dataclasses import replace

import pytest

from benchmarks.workers.worker import WorkerDied
from tests.benchmarks.toy_solve import TASK, fails_at, run, solver

pytestmark = pytest.mark.usefixtures("no_warm_up")


def tolerances(row):
    return [point.tol for point in row.points]


def too_exact(tol):
    """Reaches the third power of the tolerance."""
    return tol**1.5


def test_a_solver_that_does_more_than_was_asked_gets_a_looser_tolerance(tmp_path):
    row = run(tmp_path, exact=solver(size=too_exact))["exact"]
    assert tolerances(row) == pytest.approx([0.1, 10**-1.25, 10**-1.5, 0.01, 0.001])
    assert [point.gap <= 1e-4 for point in row.points] == [False, False, True, True, True]
    assert row.deciding(1e-4) is row.points[2]
    assert len(row.points[2].rounds) >= 3


def test_a_tolerance_that_just_reaches_the_gap_is_kept(tmp_path):
    """The gap is the tolerance here, and the required one is a decade."""
    assert len(run(tmp_path, just=solver())["just"].points) == 8


def test_a_solver_that_does_not_reach_the_gap_is_asked_for_no_more(tmp_path):
    row = run(tmp_path, lazy=solver(size=lambda tol: max(tol, 1e-3) ** 0.5))["lazy"]
    assert row.status == "not reached"
    assert tolerances(row) == pytest.approx([0.1, 0.01, 0.001])


def test_a_failure_between_two_decades_costs_no_decade(tmp_path):
    """The process ends at the fourth solve, which is the first between the decades."""
    calls = iter(range(100))
    dies = lambda tol: (
        fails_at(1, WorkerDied("ended by SIGKILL"))(tol) if next(calls) == 3 else None
    )
    row = run(tmp_path, dying=solver(size=too_exact, before_run=dies))["dying"]
    assert (row.status, row.end) == ("ok", "at tolerance 3.2e-02: ended by SIGKILL")
    assert tolerances(row) == pytest.approx([0.1, 0.01, 0.001])
    assert row.deciding(1e-4) is row.points[1]


def test_what_a_solver_claims_is_solved_at_the_required_gap(tmp_path):
    task = replace(TASK, required_gap=3e-4)
    row = run(tmp_path, task=task, ours=solver(size=too_exact, converged=True))["ours"]
    claimed = row.claimed(3e-4)
    assert claimed.tol == 3e-4
    assert claimed.rounds
    assert tolerances(row) == sorted(tolerances(row), reverse=True)
    assert '"converged": true' in json.dumps(row.as_dict())


@pytest.mark.parametrize("converged", [None, False])
def test_a_solver_that_does_not_say_that_it_is_there_claims_nothing(tmp_path, converged):
    row = run(tmp_path, modest=solver(converged=converged))["modest"]
    assert row.status == "ok"
    assert row.claimed(1e-4) is None


def test_without_a_word_of_gaps_no_claim_is_solved(tmp_path):
    task = replace(TASK, required_gap=3e-4)
    row = run(tmp_path, task=task, silent=solver(size=too_exact))["silent"]
    assert 3e-4 not in tolerances(row)
