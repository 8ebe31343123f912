"""Timing the points of a solve: in turn, warm, and with what was measured when it ends early."""

from dataclasses import replace
from time import sleep
from types import SimpleNamespace

import pytest

from benchmarks.contract import Case
from benchmarks.kinds import Context, NoProof, _blocks, solve
from benchmarks.kinds.solve import KIND, SolveRow, TimeLimits
from benchmarks.proof.tolerance_sweep import CurvePoint, Limits, fastest
from benchmarks.timing.rounds import Budget
from benchmarks.timing.schedule import Schedule
from benchmarks.workers.messages import Timed
from benchmarks.workers.worker import WorkerDied
from tests.benchmarks import toy_solve
from tests.benchmarks.in_process import silent
from tests.benchmarks.toy_solve import TASK, fails_at, run, solver

pytestmark = pytest.mark.usefixtures("no_warm_up")


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


@pytest.mark.parametrize(("calls", "status"), [(8, "failed"), (9, "failed"), (12, "ok")])
def test_what_fails_while_it_is_timed_keeps_only_what_decides(tmp_path, calls, status):
    """Eight solves are the sweep; the deciding point is timed next, and decides once it was repeated."""
    left = iter(range(calls))

    def dies(tol):
        if next(left, None) is None:
            raise WorkerDied("ended by SIGKILL")

    row = run(tmp_path, dying=solver(before_run=dies), honest=solver())["dying"]
    assert (row.status, bool(row.seconds)) == (status, status == "ok")
    assert "SIGKILL" in row.end
    assert ("SIGKILL" in row.reason) == (status == "failed")


def test_without_a_judge_nothing_is_timed(tmp_path, monkeypatch):
    def prepare(task, arrays):
        raise ValueError("no bound")

    judge = SimpleNamespace(LIBRARY="toy", unsupported=lambda task: None, prepare=prepare)
    monkeypatch.setattr(toy_solve, "toy_judge", lambda: judge)
    rows = []
    with pytest.raises(NoProof, match="the judge failed"):
        run(tmp_path, rows=rows, honest=solver())
    assert rows[0].points == []


def row_of(name, *points):
    return SolveRow("toy", name, status="ok", points=list(points))


def test_the_points_that_decide_are_timed_in_turn(monkeypatch):
    order = []

    class Asked:
        def __init__(self, name):
            self.name = name

        def ask(self, request, inputs, before):
            assert 0.97 * before[0] <= inputs[0] <= before[0]
            order.append(f"{self.name}{before[0]:g}")
            return Timed(0.1, 0.0, 0.0, 0.0)

        def processor_seconds(self):
            return 0.0

    limits = TimeLimits(Limits(1.0, 1.0), Budget(0.0, 2, 2), timing=0.5)
    monkeypatch.setattr(solve, "QUICK_TIME_LIMITS", limits)
    monkeypatch.setattr(solve, "OTHER_POINTS", Budget(0.0, 2, 2))
    rows = [
        row_of(name, *(CurvePoint(t, first=0.1, loss=1.0, gap=t) for t in (0.1, 0.01, 0.001)))
        for name in "AB"
    ]
    monkeypatch.setattr(_blocks, "QUICK_BLOCKS", 1)
    entries = [
        replace(
            solve._entry(row, point, None, limits.timing, Asked(row.implementation)),
            compare=lambda: None,
        )
        for row in rows
        for point in row.points
    ]
    task = replace(TASK, required_gap=0.01)
    KIND.time(Case(task, None, None, None), entries, Context(None, silent, quick=True))
    rounds = [sorted(order[i : i + 2]) for i in range(0, len(order), 2)]
    assert rounds[:2] == [["A0.01", "B0.01"]] * 2
    assert rounds[2:] == [["A0.1", "B0.1"]] * 2 + [["A0.001", "B0.001"]]


def test_one_lucky_run_does_not_decide():
    def point(tol, *seconds):
        return CurvePoint(
            tol, first=9.0, loss=1.0, gap=tol, blocks=[list(seconds)] if seconds else []
        )

    points = [point(1e-2, 0.1), point(1e-4, 2.0, 2.2, 2.1), point(1e-5, 1.9), point(1e-6, 3.0, 3.0)]

    def decided(required_gap, points=points):
        row = row_of("A", *points)
        KIND.conclude(Case(replace(TASK, required_gap=required_gap), None, None, None), [row])
        return row.seconds

    assert decided(1e-4) == [2.0, 2.2, 2.1]
    assert decided(1e-5) == [3.0, 3.0]
    assert decided(1e-2, points[:1]) == [0.1]
    assert decided(1e-8) == []
    assert fastest(points, 1e-4).tol == 1e-5


def test_a_row_that_is_refused_after_its_point_was_chosen_has_no_times():
    row = row_of("A", CurvePoint(1e-3, first=9.0, loss=1.0, gap=1e-5))
    KIND.conclude(Case(TASK, None, None, None), [row])
    row.refuse("too fast")
    assert (row.status, row.seconds, row.as_dict()["chosen"]) == ("failed", [], None)
    SolveRow(**{name: value for name, value in row.as_dict().items() if name != "kind"})


def test_a_point_that_was_not_timed_keeps_its_first_run():
    row = row_of("A", CurvePoint(1e-3, first=9.0, loss=1.0, gap=1e-5))
    KIND.conclude(Case(TASK, None, None, None), [row])
    assert row.seconds == [9.0]


@pytest.mark.parametrize(("patience", "status"), [(20.0, "ok"), (0.0, "not reached")])
def test_a_late_task_gives_each_row_time_beside_the_control(
    patience, status, tmp_path, monkeypatch
):
    monkeypatch.setattr(Schedule, "left", lambda self: 0.0)
    monkeypatch.setattr(solve, "LEAST_SWEEP", 0.01)
    monkeypatch.setattr(solve, "PATIENCE", patience)
    rows = run(
        tmp_path,
        rival=solver(before_run=lambda tol: sleep(0.03)),
        jax_solve=solver(size=lambda tol: 0.0, before_run=lambda tol: sleep(0.02)),
    )
    assert (rows["jax_solve"].status, rows["rival"].status) == ("ok", status)
    if status != "ok":
        assert "time limit of 0 s" in rows["rival"].reason
