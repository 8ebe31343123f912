"""Timing the points of a solve: in turn, warm, and with whatever was measured when it ends early."""

import pytest

from benchmarks import curves
from benchmarks.curves import Effort
from benchmarks.process import WorkerDied
from benchmarks.record import Row
from tests.toy_solve import fails_at, run, solver

pytestmark = pytest.mark.usefixtures("no_collections")


def test_a_process_that_took_too_long_is_started_again_and_timed(tmp_path):
    prepared = []
    slow = solver(before_run=fails_at(1e-6, WorkerDied("no answer in 10 s"), times=1))
    inner = slow.prepare
    slow.prepare = lambda *given: prepared.append(1) or inner(*given)
    row = run(tmp_path, slow=slow)["slow"]
    assert row.status == "ok"
    assert len(prepared) == 2
    assert len(row.seconds) >= 3


def test_an_interruption_keeps_what_was_measured(tmp_path):
    rows, calls = [], iter(range(12))

    def interrupted(tol):
        if next(calls, None) is None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, rows=rows, honest=solver(), interrupted=solver(before_run=interrupted))
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


def test_one_lucky_run_does_not_decide():
    point = lambda tol, *seconds: {
        "tol": tol, "first": 9.0, "gap": tol, "seconds": list(seconds)
    }  # fmt: skip
    points = [point(1e-2, 0.1), point(1e-4, 2.0, 2.2, 2.1), point(1e-5, 1.9), point(1e-6, 3.0, 3.0)]

    def decided(target, curve=points):
        climber = curves.Climber(Row("toy", "A", curve=curve), worker=None)
        curves.conclude(climber, target)
        return climber.row.seconds

    assert decided(1e-4) == [2.0, 2.2, 2.1]
    assert decided(1e-5) == [3.0, 3.0]
    assert decided(1e-2, points[:1]) == [0.1]
    assert decided(1e-8) == []
    assert curves.fastest(points, 1e-4)["tol"] == 1e-5
