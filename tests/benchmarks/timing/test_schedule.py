"""The time of a run is shared among its tasks, and none of it is lost."""

import math

import pytest

from benchmarks.timing import schedule
from benchmarks.timing.schedule import Schedule


@pytest.fixture
def clock(monkeypatch):
    """`clock(seconds)` lets time pass."""
    now = [100.0]

    def wait(seconds):
        now[0] += seconds

    monkeypatch.setattr(schedule, "monotonic", lambda: now[0])
    return wait


def test_a_task_gets_the_share_of_what_it_is_expected_to_take(clock):
    plan = Schedule({"short": 10.0, "long": 30.0}, seconds=20.0)
    assert plan.begin("short")
    assert plan.left() == pytest.approx(5.0)
    clock(2.0)
    assert plan.left() == pytest.approx(3.0)


def test_what_a_task_leaves_over_is_for_the_next(clock):
    plan = Schedule({"short": 10.0, "long": 30.0}, seconds=20.0)
    plan.begin("short")
    clock(1.0)
    plan.finish("short")
    assert plan.begin("long")
    assert plan.left() == pytest.approx(19.0)
    assert plan.expected == pytest.approx(19.0)


def test_a_late_task_has_no_time_and_is_not_begun(clock):
    plan = Schedule({"short": 10.0, "long": 30.0}, seconds=20.0)
    plan.begin("short")
    clock(25.0)
    assert plan.left() == 0.0
    plan.finish("short")
    assert not plan.begin("long")
    assert plan.expected == 0.0


def test_without_a_budget_no_task_is_late(clock):
    plan = Schedule({"only": 10.0})
    assert plan.begin("only")
    clock(1e6)
    assert plan.left() == math.inf
    assert plan.expected == 10.0
