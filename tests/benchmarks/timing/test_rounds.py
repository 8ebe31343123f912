"""Rounds are timed in turn, as many as the budget allows, each directly after a warm-up."""

import gc
import time
from itertools import islice

from benchmarks.contract import Runner, Status
from benchmarks.kinds.training import TrainingRow
from benchmarks.machine.load import Watch
from benchmarks.timing import rounds
from benchmarks.timing.rounds import Budget, Entry
from benchmarks.workers import host
from benchmarks.workers.host import Host
from benchmarks.workers.messages import Timed
from benchmarks.workers.worker import WorkerError
from tests.benchmarks.in_process import silent


def test_rounds_begin_with_each_entry_in_turn():
    assert ["".join(order) for order in islice(rounds.rotations(list("ABC")), 4)] == [
        "ABC", "CAB", "BCA", "ABC",
    ]  # fmt: skip


def test_a_timed_run_follows_a_warm_up_unless_it_is_long(monkeypatch):
    monkeypatch.setattr(host, "WARM_UP", 0.02)
    runs = []
    its_host = Host(
        "toys",
        "toy",
        runner=Runner(lambda: runs.append(time.sleep(0.005)), collect=lambda raw: raw),
    )
    its_host.warm_up_and_run((), ())
    assert len(runs) >= 2
    runs.clear()
    monkeypatch.setattr(host, "LONG", 0.001)
    its_host.warm_up_and_run((), ())
    assert len(runs) == 1


def test_nothing_comes_between_the_warm_up_and_the_timed_run(monkeypatch):
    """Not even a garbage collection, during which threads of some libraries fall asleep."""
    events = []
    monkeypatch.setattr(host, "WARM_UP", 0.01)
    monkeypatch.setattr(host.gc, "collect", lambda: events.append("collect"))
    run = lambda: events.append(f"run, collections {'on' if gc.isenabled() else 'off'}")
    Host("toys", "toy", runner=Runner(run, collect=lambda raw: raw)).warm_up_and_run((), ())
    assert events[0] == "collect"
    assert len(events) > 2
    assert set(events[1:]) == {"run, collections off"}
    assert gc.isenabled()


class Stopwatch:
    """A worker whose runs take a given time."""

    def __init__(self, seconds):
        self.seconds = seconds

    def ask(self, request, inputs, before):
        return Timed(self.seconds, 0.0, 0.0, total=0.0)

    def processor_seconds(self):
        return 0.0


def test_slow_entries_get_few_rounds_and_fast_ones_more():
    rows = [TrainingRow("toy", name, status="ok") for name in ("slow", "fast", "instant")]
    times = (10.0, 0.5, 0.001)
    entries = [Entry(r, Stopwatch(s), r.rounds) for r, s in zip(rows, times, strict=True)]
    rounds.interleave(entries, Budget(seconds=4.0, least=5, most=50), silent, Watch())
    assert [len(row.seconds) for row in rows] == [5, 8, 50]


def test_an_entry_that_fails_is_not_timed_again_and_the_others_are():
    class Dying(Stopwatch):
        def ask(self, request, inputs, before):
            if len(rows[0].rounds) == 2:
                raise WorkerError("out of memory")
            return super().ask(request, inputs, before)

    rows = [TrainingRow("toy", name, status="ok") for name in ("dying", "well")]
    entries = [
        Entry(row, worker, row.rounds)
        for row, worker in zip(rows, (Dying(0.1), Stopwatch(0.1)), strict=True)
    ]
    rounds.interleave(entries, Budget(seconds=0.0, least=5, most=5), silent, Watch())
    assert (rows[0].status, rows[0].seconds) == (Status.FAILED, [])
    assert rows[0].reason == "in round 3: out of memory"
    assert len(rows[1].seconds) == 5
