"""A worker's clock is believed as far as this process and the system agree with it."""

import time

import pytest

from benchmarks.machine.cores import cores
from benchmarks.timing.clocks import Clocks, ClocksDiffer
from benchmarks.workers import host
from benchmarks.workers.messages import Timed
from tests.benchmarks.toy_training import Toy, has_no_time, run

HONEST = Timed(seconds=0.01, collect=1e-4, shortest=0.01, total=0.12)


def test_clocks_that_agree_are_noted():
    clocks = Clocks()
    for _ in range(50):
        clocks.note(HONEST, own=0.125, processor=cores() * 0.12)
    assert clocks.collect == [1e-4] * 50
    assert clocks.worker == pytest.approx(6.0)


def test_an_answer_that_a_busy_machine_delays_is_no_contradiction():
    Clocks().note(HONEST, own=0.25, processor=0.12)


def rounds_of_a_clock(times_slow):
    clocks = Clocks()
    for _ in range(5):
        clocks.note(HONEST, own=times_slow * HONEST.total, processor=HONEST.total)


@pytest.mark.parametrize("times_slow", [2, 10])
def test_a_clock_that_runs_slow_is_refused(times_slow):
    with pytest.raises(ClocksDiffer, match=r"its clock counted .* where the harness counted"):
        rounds_of_a_clock(times_slow)


def test_a_clock_that_runs_fast_is_refused():
    with pytest.raises(ClocksDiffer, match="where the harness counted"):
        Clocks().note(Timed(3.0, 0.0, 3.0, total=3.0), own=0.3, processor=0.3)


def test_processor_time_does_not_fit_into_less_time():
    """Also where the way to the worker seems slow."""
    clocks = Clocks()
    with pytest.raises(ClocksDiffer, match=r"cores cannot spend the .* s of processor time"):
        clocks.note(HONEST, own=0.2, processor=cores() * 0.2)


def test_timed_runs_that_are_much_shorter_than_the_untimed_ones_are_refused():
    clocks, short = Clocks(), HONEST._replace(seconds=0.001)
    clocks.note(short, own=0.12, processor=0.12)  # once it may be chance
    clocks.note(short, own=0.12, processor=0.12)
    with pytest.raises(ClocksDiffer, match="that was other work"):
        clocks.note(short, own=0.12, processor=0.12)


def test_runs_without_untimed_ones_before_them_are_not_compared():
    clocks = Clocks()
    for _ in range(5):
        clocks.note(HONEST._replace(shortest=0.0), own=0.12, processor=0.12)
    assert len(clocks.seconds) == 5


def test_an_implementation_that_slows_the_workers_clock_has_no_time(tmp_path, monkeypatch):
    """Planted: from `prepare` on the clock runs at a tenth."""

    def slowed(given):
        monkeypatch.setattr(host, "perf_counter", lambda: time.perf_counter() / 10)
        return given

    row = run(tmp_path, slowed=Toy(arrays=slowed))["slowed"]
    assert row.status == "failed"
    assert has_no_time(row, "in round 1: its clock counted", "where the harness counted")
