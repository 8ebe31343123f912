"""The gate and the rounds, with implementations that are wrong, die or hang on purpose."""

import sys
import time
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from benchmarks import measure, problem, rounds, worker
from benchmarks.datasets import synthetic
from benchmarks.frameworks import numpy_float64
from benchmarks.process import WorkerDied, WorkerError
from benchmarks.record import Row
from benchmarks.rounds import Budget
from benchmarks.spec import Outcome, Runner, Task
from benchmarks.worker import Session

TASK = Task("toy", "synthetic", "logistic", "adam", 0.05, 4, "why", batch_size=16, start_scale=0.1)
DATASET = synthetic.load(None, num_examples=70, num_features=4)
BUDGET = Budget(seconds=0.0, least=3, most=5)


def silent(text, end="\n"):
    pass


class Implementation:
    """A framework module made of the reference and one mistake."""

    LIBRARY = "toy"

    def __init__(self, task=lambda task: task, problem=lambda p: p, run=lambda: None, reason=None):
        self.task, self.problem, self.before_run, self.reason = task, problem, run, reason

    def unsupported(self, task):
        return self.reason

    def prepare(self, task, given):
        inner = numpy_float64.prepare(self.task(task), self.problem(given))

        def run():
            self.before_run()
            return inner.run()

        return Runner(run, inner.collect)


@pytest.fixture(autouse=True)
def no_collections(monkeypatch):
    """Collecting garbage before a run is right in a worker, and slow in a process full of tests."""
    monkeypatch.setattr(worker.gc, "collect", lambda: 0)
    monkeypatch.setattr(worker, "WAKE", 0.0)


class InProcess:
    """A worker without the process: it asks its own session."""

    def __init__(self, module):
        self.session = Session("toy", module)

    def ask(self, request, *arguments):
        if request is Session.load:
            return {"library": self.session.module.LIBRARY, "seconds": 0.0}
        try:
            return request(self.session, *arguments)
        except (ValueError, RuntimeError) as error:
            raise WorkerError(str(error)) from None


class Pool:
    def __init__(self, **modules):
        self.workers = {name: InProcess(module) for name, module in modules.items()}

    def worker(self, name):
        found = self.workers[name]
        return found, found.ask(Session.load)


def run(tmp_path, **modules):
    """Rows by name, after proving and timing the reference and `modules`."""
    given = problem.build(TASK, DATASET)
    problem.save(given, tmp_path)
    pool = Pool(numpy_float64=numpy_float64, **modules)
    rows = [Row("toy", name, status="skipped", reason=measure.NOT_REACHED) for name in pool.workers]
    entries, losses = measure.prove(TASK, DATASET, given, tmp_path, rows, pool, silent)
    assert len(losses) == given.steps
    measure.time(entries, BUDGET, silent)
    return {row.framework: row for row in rows}


def fails(row, *words):
    assert row.seconds == []
    assert all(word in row.reason for word in words), row.reason
    return True


def test_equal_work_gets_a_time(tmp_path):
    row = run(tmp_path, same=Implementation())["same"]
    assert row.status == "ok"
    assert len(row.seconds) == 3
    assert row.parity["weights"] == 0
    assert {"import", "transfer", "first", "peak_memory"} <= set(row.ledger)
    assert {"train_loss", "test_loss", "test_accuracy"} <= set(row.scores)
    assert (row.examples, row.epochs) == (280, 4)


def wrong_rate(factor):
    from dataclasses import replace

    return Implementation(
        task=lambda task: replace(task, learning_rate=factor * task.learning_rate)
    )


@pytest.mark.parametrize("factor", [1.001, 0.5, 10.0])
def test_a_wrong_learning_rate_fails_at_the_first_step(tmp_path, factor):
    row = run(tmp_path, wrong=wrong_rate(factor))["wrong"]
    assert row.status == "parity failed"
    assert fails(row, "parity failed at step 1:", "differs by", "allowed")
    # Adam's first step is the learning rate, so the difference is the error of it
    size = float(row.reason.split("differs by ")[1].split(",")[0])
    assert size == pytest.approx(abs(factor - 1) * TASK.learning_rate, rel=0.06)


def test_a_dropped_bias_fails(tmp_path):
    class NoBias(Implementation):
        def prepare(self, task, given):
            runner = super().prepare(task, given)

            def collect(raw):
                outcome = runner.collect(raw)
                return outcome._replace(bias=np.zeros_like(outcome.bias))

            return Runner(runner.run, collect)

    row = run(tmp_path, wrong=NoBias())["wrong"]
    assert row.status == "parity failed"
    assert fails(row, "parity failed at step 1:")


def test_another_batch_order_fails_where_it_begins(tmp_path):
    def swapped(given):
        plan = np.array(given.plan)
        if len(plan) > 3:
            plan[[2, 3]] = plan[[3, 2]]
        return given._replace(plan=plan)

    row = run(tmp_path, wrong=Implementation(problem=swapped))["wrong"]
    assert row.status == "parity failed"
    # steps are counted from 1, and the plan of a shorter rehearsal has nothing to swap
    assert fails(row, "parity failed at step 4:")


def test_a_difference_after_the_first_steps_fails_by_the_loss(tmp_path, monkeypatch):
    monkeypatch.setattr(measure.parity, "STEPS", 2)

    def stops_early(given):
        return given if given.steps <= 2 else given.first(given.steps // 2)

    row = run(tmp_path, wrong=Implementation(problem=stops_early))["wrong"]
    assert row.status == "parity failed"
    assert fails(row, "at the end", "final loss")


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_nan_fails(tmp_path):
    def broken(given):
        return given._replace(weights=np.full_like(given.weights, np.nan))

    row = run(tmp_path, wrong=Implementation(problem=broken))["wrong"]
    assert row.status == "parity failed"
    assert fails(row, "differs by inf")


def test_transposed_weights_are_named(tmp_path):
    class Transposed(Implementation):
        def prepare(self, task, given):
            runner = super().prepare(task, given)
            return Runner(runner.run, lambda raw: Outcome(raw.weights.T, raw.bias, raw.losses))

    row = run(tmp_path, wrong=Transposed())["wrong"]
    assert row.status == "parity failed"
    assert fails(row, "[outputs, features]")


def test_what_is_not_supported_is_skipped_with_its_reason(tmp_path):
    row = run(tmp_path, other=Implementation(reason="no adam here"))["other"]
    assert (row.status, row.reason) == ("skipped", "no adam here")


def dies_after(calls, error):
    left = iter(range(calls))

    def before_run():
        if next(left, None) is None:
            raise error

    return Implementation(run=before_run)


@pytest.mark.parametrize("error", [WorkerDied("ended by SIGKILL"), RuntimeError("out of memory")])
@pytest.mark.parametrize("calls", [0, 2, 4])
def test_a_failure_costs_one_row(tmp_path, calls, error):
    rows = run(tmp_path, dying=dies_after(calls, error), same=Implementation())
    assert rows["dying"].status == "failed"
    assert fails(rows["dying"], str(error))
    assert len(rows["same"].seconds) == len(rows["numpy_float64"].seconds) == 3


def test_an_interruption_keeps_what_was_measured(tmp_path):
    given = problem.build(TASK, DATASET)
    problem.save(given, tmp_path)
    pool = Pool(numpy_float64=numpy_float64, interrupted=dies_after(5, KeyboardInterrupt()))
    rows = [Row("toy", name, status="skipped", reason=measure.NOT_REACHED) for name in pool.workers]
    entries, _ = measure.prove(TASK, DATASET, given, tmp_path, rows, pool, silent)
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


def test_tf32_is_allowed_its_rounding_and_no_more(tmp_path, monkeypatch):
    def off_by(factor):
        return Implementation(task=lambda t: replace(t, learning_rate=factor * t.learning_rate))

    coarse = replace(TASK, optimizer="sgd", precision="tf32")
    monkeypatch.setitem(globals(), "TASK", coarse)
    rows = run(tmp_path, close=off_by(1.0005), far=off_by(1.02))
    assert rows["close"].status == "ok"
    assert rows["far"].status == "parity failed"
    monkeypatch.setitem(globals(), "TASK", replace(coarse, precision="float32"))
    assert run(tmp_path, close=off_by(1.0005))["close"].status == "parity failed"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts the peak anew")
def test_the_memory_that_a_task_takes_is_in_the_ledger(tmp_path):
    def hungry():
        np.ones(2**24).sum()  # 128 MiB, and gone again

    rows = run(tmp_path, hungry=Implementation(run=hungry))
    assert rows["hungry"].ledger["task_memory"] > 100 * 2**20
    assert rows["hungry"].ledger["peak_memory"] >= rows["hungry"].ledger["task_memory"]
