"""Disturbed rounds do not count; a machine that stays busy ends the timing."""

import numpy as np
import pytest

from benchmarks.contract import Status
from benchmarks.kinds.training import TrainingRow
from benchmarks.machine.load import Disturbance, Load, Watch
from benchmarks.timing import disturbances, rounds
from benchmarks.timing.clocks import Clocks
from benchmarks.timing.disturbances import PATIENCE, MachineBusy, Peace
from benchmarks.timing.rounds import Budget, Entry
from benchmarks.workers.messages import Timed
from tests.benchmarks.in_process import silent

HOG = Disturbance(Load(1.0, 0.97, 0.0, 0.0, 0, 0.0), (("hog", 0.97),))


class Planned(Watch):
    """A watch that finds each span disturbed or not as `plan` says."""

    def __init__(self, plan):
        super().__init__()
        self.plan = iter(plan)

    def start(self):
        pass

    def disturbed(self):
        return HOG if next(self.plan) else None


@pytest.fixture(autouse=True)
def pauses(monkeypatch):
    taken = []
    monkeypatch.setattr(disturbances, "sleep", taken.append)
    return taken


def test_a_disturbed_call_is_repeated_after_a_pause(pauses):
    numbers = iter(range(10))
    peace = Peace(Planned([True, True, False, False]))
    assert [peace.timed(lambda: next(numbers)) for _ in range(2)] == [2, 3]
    assert len(pauses) == 2


def test_a_machine_that_stays_busy_is_given_up_with_the_name_of_who_used_it(pauses):
    with pytest.raises(MachineBusy, match=r"busy in 11 rounds.*hog 97%\. End these programs"):
        Peace(Planned([True] * 100)).timed(lambda: 1)
    assert len(pauses) == PATIENCE


def test_rounds_in_peace_buy_patience():
    peace = Peace(Planned([False] * 20 + [True] * 30 + [False]))
    for _ in range(21):
        peace.timed(lambda: 1)


class Counting:
    """A worker whose runs take as many seconds as there were runs before."""

    def __init__(self):
        self.runs = 0

    def processor_seconds(self):
        return 0.0

    def ask(self, request, *inputs):
        self.runs += 1
        return Timed(float(self.runs), 0.0, 0.0, float(self.runs))


class Believed(Clocks):
    """Clocks that are not compared: the seconds of a round are made up."""

    def note(self, timed, own, processor):
        pass


def test_no_disturbed_round_is_kept():
    row = TrainingRow("toy", "one", status=Status.OK)
    entries = [Entry(row, Counting(), row.blocks, clocks=Believed())]
    watch = Planned([False, True, False, True, False])
    rounds.interleave(entries, Budget(0.0, 3, 3), silent, watch, np.random.default_rng(0))
    assert row.seconds == [1.0, 3.0, 5.0]
