"""A run has finished when it returns: the harness waits for the result, and counts for how long."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from benchmarks.contract import Runner
from benchmarks.kinds.training import TrainingRow
from benchmarks.proof import finished
from benchmarks.timing.clocks import Clocks
from benchmarks.timing.rounds import Entry
from benchmarks.workers import collecting
from benchmarks.workers.messages import Collected
from benchmarks.workers.worker import WorkerError
from tests.benchmarks.toy_training import Toy, has_no_time
from tests.benchmarks.toy_training import run as run_toy


class Answers:
    """A worker whose `collect` takes these seconds once its runs have finished."""

    def __init__(self, later):
        self.later = later

    def ask(self, request, *inputs):
        if isinstance(self.later, Exception):
            raise self.later
        return self.later if isinstance(self.later, Collected) else Collected([1.0], self.later)


def entry(run, at_once, later):
    row = TrainingRow("toy", "A", status="ok", blocks=[[run] * 3])
    return Entry(row, Answers(later), row.blocks, clocks=Clocks(collect=[at_once, 2 * at_once]))


@pytest.mark.parametrize(
    ("run", "at_once", "later"),
    [(1.0, 0.02, None), (1.0, 0.5, [0.49, 0.5]), (1e-4, 2.5e-5, None), (0.01, 0.004, [0.1])],
    ids=["short", "long but without waiting", "tiny", "slower later"],
)
def test_a_run_whose_result_is_there_keeps_its_time(run, at_once, later):
    of = entry(run, at_once, later)
    finished.require_finished(of)
    assert (of.row.status, len(of.row.seconds)) == ("ok", 3)


def test_rounds_that_were_slow_to_collect_by_chance_keep_their_time():
    of = entry(1e-3, 2e-4, Collected([4e-4, 1e-5], [1e-5]))
    finished.require_finished(of)
    assert of.row.status == "ok"


@pytest.mark.parametrize(("run", "at_once"), [(0.94, 0.06), (0.01, 0.5)], ids=["6%", "nearly all"])
def test_a_run_that_returns_early_has_no_time(run, at_once):
    of = entry(run, at_once, [1e-3, 1e-3])
    finished.require_finished(of)
    assert (of.row.status, of.row.seconds) == ("failed", [])
    assert "`run` returns before the device has finished" in of.row.reason


def test_a_worker_that_cannot_be_asked_fails_its_row():
    of = entry(0.01, 0.5, WorkerError("ended by SIGKILL"))
    finished.require_finished(of)
    assert (of.row.status, of.row.reason) == ("failed", "ended by SIGKILL")


def test_collect_is_timed_when_nothing_is_left_to_wait_for(monkeypatch):
    """A device that works for a while after `run` has returned."""
    monkeypatch.setattr(collecting, "SECONDS", 0.0)
    busy = 0.02

    def run():
        return time.perf_counter() + busy

    def collect(ready):
        time.sleep(max(0.0, ready - time.perf_counter()))

    (at_once,), (later,) = collecting.times_of_collect(Runner(run, collect), ())
    assert later < busy / 2 < at_once


class Unsynchronised(Toy):
    """`run` returns a future, and only `collect` waits for it."""

    def prepare(self, task, given):
        runner, device = super().prepare(task, given), ThreadPoolExecutor(1)

        def run(start):
            return device.submit(runner.run, start)

        return Runner(run, lambda future: runner.collect(future.result()))


@pytest.mark.usefixtures("no_warm_up")
def test_an_implementation_that_does_not_synchronise_has_no_time(tmp_path):
    rows = run_toy(tmp_path, future=Unsynchronised(), same=Toy())
    assert rows["future"].status == "failed"
    assert has_no_time(rows["future"], "`run` returns before the device has finished")
    assert len(rows["same"].seconds) == 3
