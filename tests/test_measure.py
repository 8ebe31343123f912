"""Proving and timing: what a row holds, what a failure costs, and who is timed how often."""

import gc
import sys
import time
from itertools import islice

import numpy as np
import pytest

from benchmarks import measure, rounds, worker
from benchmarks.process import WorkerDied
from benchmarks.record import Row
from benchmarks.rounds import Budget
from benchmarks.spec import Runner
from benchmarks.worker import Session
from tests.in_process import silent
from tests.toy_training import Implementation, fails, prove, run

pytestmark = pytest.mark.usefixtures("no_collections")


def test_equal_work_gets_a_time(tmp_path):
    row = run(tmp_path, same=Implementation())["same"]
    assert row.status == "ok"
    assert len(row.seconds) == 3
    assert row.parity["weights"] == 0
    assert {"import", "transfer", "first", "peak_memory"} <= set(row.ledger)
    assert {"train_loss", "test_loss", "test_accuracy"} <= set(row.scores)
    assert (row.examples, row.epochs) == (280, 4)


def test_what_is_not_supported_is_skipped_with_its_reason(tmp_path):
    row = run(tmp_path, other=Implementation(reason="no adam here"))["other"]
    assert (row.status, row.reason) == ("skipped", "no adam here")


def test_what_the_data_is_not_for_is_skipped_with_its_reason(tmp_path):
    def refuse(problem):
        raise NotImplementedError("x is small")

    row = run(tmp_path, other=Implementation(problem=refuse))["other"]
    assert (row.status, row.reason) == ("skipped", "x is small")


def dies_after(calls, error):
    left = iter(range(calls))

    def before_run():
        if next(left, None) is None:
            raise error

    return Implementation(run=before_run)


ERRORS = [
    WorkerDied("ended by SIGKILL"),
    RuntimeError("out of memory"),
    NotImplementedError("no such kernel"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("calls", [0, 2, 4])
def test_a_failure_costs_one_row(tmp_path, calls, error):
    rows = run(tmp_path, dying=dies_after(calls, error), same=Implementation())
    assert rows["dying"].status == "failed"
    assert fails(rows["dying"], str(error))
    assert len(rows["same"].seconds) == len(rows["numpy_float64"].seconds) == 3


def test_an_interruption_keeps_what_was_measured(tmp_path):
    interrupted = dies_after(5, KeyboardInterrupt())
    rows, entries = prove(tmp_path, interrupted=interrupted)
    with pytest.raises(KeyboardInterrupt):
        measure.time(entries, Budget(0.0, 10, 10), silent)
    assert [row.status for row in rows] == ["ok", "ok"]
    assert [len(row.seconds) for row in rows] == [3, 2]


def test_rounds_begin_with_everybody_in_turn():
    assert ["".join(order) for order in islice(rounds.rotations(list("ABC")), 4)] == [
        "ABC", "CAB", "BCA", "ABC",
    ]  # fmt: skip


def test_a_timed_run_comes_straight_after_others_unless_it_is_long(monkeypatch):
    monkeypatch.setattr(worker, "WAKE", 0.02)
    runs = []
    session = Session("toy", runner=Runner(lambda: runs.append(time.sleep(0.005)), collect=None))
    session.wake_and_run()
    assert len(runs) >= 2
    runs.clear()
    monkeypatch.setattr(worker, "LONG", 0.001)
    session.wake_and_run()
    assert len(runs) == 1


def test_nothing_comes_between_waking_up_and_the_timed_run(monkeypatch):
    """Not even a collection: it takes some libraries long enough to fall asleep again."""
    events = []
    monkeypatch.setattr(worker, "WAKE", 0.01)
    monkeypatch.setattr(worker.gc, "collect", lambda: events.append("collect"))
    run = lambda: events.append(f"run, collections {'on' if gc.isenabled() else 'off'}")
    Session("toy", runner=Runner(run, collect=None)).wake_and_run()
    assert events[0] == "collect"
    assert len(events) > 2
    assert set(events[1:]) == {"run, collections off"}
    assert gc.isenabled()


class Stopwatch:
    """A worker that takes as long as it says."""

    def __init__(self, seconds):
        self.seconds = seconds

    def ask(self, request):
        return self.seconds


def test_the_slow_get_few_rounds_and_the_fast_get_more():
    rows = [Row("toy", name, status="ok") for name in ("slow", "fast", "instant")]
    times = (10.0, 0.5, 0.001)
    entries = [(row, Stopwatch(s)) for row, s in zip(rows, times, strict=True)]
    rounds.interleave(entries, Budget(seconds=4.0, least=5, most=50), silent)
    assert [len(row.seconds) for row in rows] == [5, 8, 50]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts the peak anew")
def test_the_memory_that_a_task_takes_is_in_the_ledger(tmp_path):
    def hungry():
        np.ones(2**24).sum()  # 128 MiB, and gone again

    held = []

    def keep(given):
        held.append(np.ones(2**24))
        return given

    rows = run(tmp_path, hungry=Implementation(run=hungry))
    assert rows["hungry"].ledger["task_memory"] > 100 * 2**20
    assert rows["hungry"].ledger["peak_memory"] >= rows["hungry"].ledger["task_memory"]
    # what stays is in the peak of the task, and what each run takes in that of the run as well
    kept = run(tmp_path, keeping=Implementation(problem=keep))["keeping"].ledger
    assert kept["task_memory"] > 100 * 2**20 > 50 * 2**20 > kept["run_memory"] >= 0
    assert rows["hungry"].ledger["run_memory"] > 100 * 2**20
