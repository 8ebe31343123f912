"""Rounds are timed in turn, as many as the budget allows, each directly after a warm-up."""

import gc
import time

import numpy as np
import pytest

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


def time_block(entries, budget, seed=0):
    rounds.interleave(entries, budget, silent, Watch(), np.random.default_rng(seed))


class Stopwatch:
    """A worker whose runs take a given time."""

    def __init__(self, seconds):
        self.seconds = seconds

    def ask(self, request, inputs, before):
        return Timed(self.seconds, 0.0, 0.0, total=0.0)

    def processor_seconds(self):
        return 0.0


def orders(monkeypatch, seed):
    """The order in which three entries were asked, round by round."""
    asked = []
    monkeypatch.setattr(rounds, "is_narrow", lambda rounds: False)

    class Asked(Stopwatch):
        def __init__(self, name):
            super().__init__(0.1)
            self.name = name

        def ask(self, *request):
            asked.append(self.name)
            return super().ask(*request)

    entries = [Entry(TrainingRow("toy", n, status="ok"), Asked(n), []) for n in "ABC"]
    time_block(entries, Budget(9.0, 20, 20), seed)
    return ["".join(asked[i : i + 3]) for i in range(0, len(asked), 3)]


def test_every_round_times_each_entry_in_an_order_that_is_drawn(monkeypatch):
    drawn = orders(monkeypatch, seed=0)
    assert {"".join(sorted(order)) for order in drawn} == {"ABC"}
    assert len(set(drawn)) == 6
    assert orders(monkeypatch, seed=0) == drawn != orders(monkeypatch, seed=1)


def test_every_block_is_kept_by_itself():
    row = TrainingRow("toy", "toy", status="ok")
    for seconds in (0.1, 0.2):
        time_block([Entry(row, Stopwatch(seconds), row.blocks)], Budget(0.0, 2, 2))
    assert row.seconds_by_process == [[0.1, 0.1], [0.2, 0.2]]
    assert row.seconds == [0.1, 0.1, 0.2, 0.2]


def test_a_block_without_a_round_is_not_kept():
    class Interrupted(Stopwatch):
        def ask(self, *request):
            raise KeyboardInterrupt

    row = TrainingRow("toy", "toy", status="ok", blocks=[[0.1]])
    with pytest.raises(KeyboardInterrupt):
        time_block([Entry(row, Interrupted(0.1), row.blocks)], Budget(0.0, 2, 2))
    assert row.blocks == [[0.1]]


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


def test_slow_entries_get_few_rounds_and_fast_ones_more(monkeypatch):
    monkeypatch.setattr(rounds, "is_narrow", lambda rounds: False)
    rows = [TrainingRow("toy", name, status="ok") for name in ("slow", "fast", "instant")]
    times = (10.0, 0.5, 0.001)
    entries = [Entry(r, Stopwatch(s), r.blocks) for r, s in zip(rows, times, strict=True)]
    time_block(entries, Budget(seconds=4.0, least=5, most=50))
    assert [len(row.seconds) for row in rows] == [5, 8, 50]


def test_rounds_end_when_the_median_of_their_process_is_known():
    budget = Budget(seconds=100.0, least=2, most=50)
    assert budget.allows([1.0, 1.0, 1.0, 1.0])  # too few to know how much they differ
    assert not budget.allows([1.0, 1.001, 1.0, 1.001, 1.0])
    noisy = np.random.default_rng(0).normal(1.0, 0.03, 1000).tolist()
    assert budget.allows(noisy[:20])
    assert rounds.is_narrow(noisy[:100])


def test_an_entry_that_fails_is_not_timed_again_and_the_others_are():
    class Dying(Stopwatch):
        def ask(self, request, inputs, before):
            if len(rows[0].seconds) == 2:
                raise WorkerError("out of memory")
            return super().ask(request, inputs, before)

    rows = [TrainingRow("toy", name, status="ok") for name in ("dying", "well")]
    entries = [
        Entry(row, worker, row.blocks)
        for row, worker in zip(rows, (Dying(0.1), Stopwatch(0.1)), strict=True)
    ]
    time_block(entries, Budget(seconds=0.0, least=5, most=5))
    assert (rows[0].status, rows[0].seconds) == (Status.FAILED, [])
    assert rows[0].reason == "in round 3: out of memory"
    assert len(rows[1].seconds) == 5
