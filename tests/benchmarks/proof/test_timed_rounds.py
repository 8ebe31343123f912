"""What a timed round gives is the reference's result from a start that was drawn for this round."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.contract import Runner
from benchmarks.frameworks.numpy import numpy_float64
from benchmarks.proof import parity, timed_rounds
from tests.benchmarks.toy_training import TASK, Toy, has_no_time, in_bfloat16, prove, run

pytestmark = pytest.mark.usefixtures("no_warm_up")

SGD = replace(TASK, optimizer="sgd", epochs=20)


class Planted(Toy):
    """The reference, with a `run` that `cheat(run of the reference, start of the task)` makes."""

    def __init__(self, cheat, **mistakes):
        super().__init__(**mistakes)
        self.cheat = cheat

    def prepare(self, task, given):
        runner = super().prepare(task, given)
        return Runner(self.cheat(runner.run, given.start), runner.collect)


def kept_after_the_first_run(run, given):
    kept = []

    def planted(start):
        if not kept:
            kept.append(run(start))
        return kept[0]

    return planted


def trained_beforehand(run, given):
    result = run(given)
    return lambda start: result


def without_restart(run, given):
    last = []

    def planted(start):
        last[:] = [run(start if not last else type(start)(*last[0][:2]))]
        return last[0]

    return planted


def restarts_only_in_the_proof(run, given):
    """Where the start is the one that it knows, it begins there; in rounds it goes on."""
    goes_on = without_restart(run, given)

    def planted(start):
        known = np.array_equal(start.weights, given.weights)
        return run(start) if known else goes_on(start)

    goes_on(given)
    return planted


KEPT = "it is the result from the start that `prepare` saw, kept or computed before"
WRONG_RUNS = {
    "kept": (kept_after_the_first_run, "from a start of its own", KEPT),
    "beforehand": (trained_beforehand, "from a start of its own", KEPT),
    "no restart": (without_restart, "second run, which has to begin from the start and not to go on"),
    "no restart in rounds": (restarts_only_in_the_proof, "in round ", "from a start of its own"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("cheat", *("words",)), [(c, w) for c, *w in WRONG_RUNS.values()], ids=WRONG_RUNS
)
def test_a_run_that_is_not_a_training_from_its_start_has_no_time(tmp_path, cheat, words):
    rows = run(tmp_path, cheating=Planted(cheat), same=Toy())
    assert rows["cheating"].status == "parity failed"
    assert has_no_time(rows["cheating"], *words)
    assert len(rows["same"].seconds) == 3


def half_of_the_steps(given):
    return given if given.steps <= parity.STEPS else given.first(given.steps // 2)


class CoarseLater(Toy):
    """Steps of plain gradient descent, on features in bfloat16 after those that are compared one by one."""

    def prepare(self, task, given):
        exact = numpy_float64.prepare(task, given.first(parity.STEPS))
        rest = given._replace(x=in_bfloat16(given.x), plan=given.plan[parity.STEPS :])
        coarse = numpy_float64.prepare(task, rest._replace(steps=given.steps - parity.STEPS))

        def run(start):
            middle = exact.run(start)
            if given.steps <= parity.STEPS:
                return middle
            return coarse.run(type(start)(middle.weights, middle.bias))

        return Runner(run, exact.collect)


@pytest.mark.parametrize(
    "wrong", [Toy(arrays=half_of_the_steps), CoarseLater()], ids=["half of the steps", "bfloat16"]
)
def test_other_work_after_the_first_steps_has_no_time(tmp_path, wrong):
    row = run(tmp_path, SGD, wrong=wrong)["wrong"]
    assert row.status == "parity failed"
    assert has_no_time(row, "in its first run, after all 100 steps, a weight differs by")


class CoarseInRounds(Toy):
    """What is proved is exact; once it is timed, it is not."""

    def prepare(self, task, given):
        exact = numpy_float64.prepare(task, given)
        coarse = numpy_float64.prepare(task, given._replace(x=in_bfloat16(given.x)))

        def run(start):
            known = np.array_equal(start.weights, given.weights)
            return (exact if known else coarse).run(start)

        return Runner(run, exact.collect)


def test_other_work_in_rounds_only_has_no_time(tmp_path):
    row = run(tmp_path, SGD, wrong=CoarseInRounds())["wrong"]
    assert row.status == "parity failed"
    assert has_no_time(row, "in round ", "after all 100 steps")
    assert KEPT not in row.reason


def test_starts_and_checked_rounds_are_others_in_every_run_and_the_same_for_all_rows(tmp_path):
    _, (one, other), case, _ = prove(tmp_path, same=Toy())
    np.testing.assert_array_equal(one.unforeseen(3)[0].weights, other.unforeseen(3)[0].weights)
    starts = [one.unforeseen(number)[0] for number in (1, 2)]
    _, (again, _), *_ = prove(tmp_path, same=Toy())
    starts += [again.unforeseen(1)[0], case.arrays.start]
    assert len({start.weights.tobytes() for start in starts}) == 4
    assert {start.weights.dtype for start in starts} == {np.dtype(np.float32)}


def test_about_a_quarter_of_the_rounds_is_checked():
    arrays = None
    ends = [timed_rounds.Ends(arrays, "float32", None, None) for _ in range(50)]
    checked = np.array([[e.is_checked(number) for number in range(1, 51)] for e in ends])
    assert 0.2 < checked.mean() < 0.3
    assert len({tuple(row) for row in checked}) == 50


def test_a_round_from_the_middle_is_compared_too(tmp_path, monkeypatch):
    """A kept result in the second of three rounds."""
    monkeypatch.setattr(timed_rounds, "SHARE_CHECKED", 1.0)

    def second_round_is_kept(run, given):
        seen, kept = [], run(given)

        def planted(start):
            if not np.array_equal(start.weights, given.weights):
                seen.append(start)
            return kept if len(seen) == 2 else run(start)

        return planted

    row = run(tmp_path, wrong=Planted(second_round_is_kept))["wrong"]
    assert has_no_time(row, "in round 2, from a start of its own", KEPT)
