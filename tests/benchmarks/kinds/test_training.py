"""Proving and timing a training: what a row holds, and what a failure costs."""

import sys

import numpy as np
import pytest

from benchmarks.kinds import NoProof
from benchmarks.kinds.training import KIND
from benchmarks.workers.worker import WorkerDied
from tests.benchmarks.toy_training import Toy, has_no_time, prove, run, wrong_rate

pytestmark = pytest.mark.usefixtures("no_warm_up")


def test_equal_work_gets_a_time(tmp_path):
    row = run(tmp_path, same=Toy())["same"]
    assert row.status == "ok"
    assert len(row.seconds) == 3
    assert row.parity["weights"] == 0
    assert {"import", "transfer", "first", "peak_memory"} <= set(row.costs)
    assert {"train_loss", "test_loss", "test_accuracy"} <= set(row.scores)
    assert (row.examples, row.epochs) == (280, 4)


def test_what_is_not_supported_is_skipped_with_its_reason(tmp_path):
    row = run(tmp_path, other=Toy(reason="no adam here"))["other"]
    assert (row.status, row.reason) == ("skipped", "no adam here")


def test_what_the_data_is_not_for_is_skipped_with_its_reason(tmp_path):
    def refuse(arrays):
        raise NotImplementedError("x is small")

    row = run(tmp_path, other=Toy(arrays=refuse))["other"]
    assert (row.status, row.reason) == ("skipped", "x is small")


def dies_after(calls, error, times=10**9):
    count = iter(range(10**9))

    def before_run():
        if calls <= next(count) < calls + times:
            raise error

    return Toy(run=before_run)


ERRORS = [
    WorkerDied("ended by SIGKILL"),
    RuntimeError("out of memory"),
    NotImplementedError("no such kernel"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("calls", [0, 2, 4])
def test_a_failure_costs_one_row(tmp_path, calls, error):
    rows = run(tmp_path, dying=dies_after(calls, error), same=Toy())
    assert rows["dying"].status == "failed"
    assert has_no_time(rows["dying"], str(error))
    assert len(rows["same"].seconds) == len(rows["numpy_float64"].seconds) == 3


def test_a_reference_that_dies_is_not_the_failure_of_another_row(tmp_path):
    """It dies when it is asked where a row begins to differ, and in a round; then it is started again."""
    reference = dies_after(4, ERRORS[0], times=2)
    rows = run(tmp_path, numpy_float64=reference, wrong=wrong_rate(2.0), same=Toy())
    assert rows["wrong"].status == "parity failed"
    assert has_no_time(
        rows["wrong"],
        "after 20 steps a weight differs by",
        "the reference failed: ended by SIGKILL",
    )
    assert rows["numpy_float64"].status == "failed"
    assert len(rows["same"].seconds) == 3


def test_without_the_reference_rounds_cannot_be_compared(tmp_path):
    rows = run(tmp_path, numpy_float64=dies_after(4, ERRORS[0]), same=Toy())
    assert rows["same"].status == "failed"
    assert has_no_time(rows["same"], "timed round cannot be compared", "ended by SIGKILL")


def test_without_the_reference_the_message_says_what_to_do(tmp_path):
    with pytest.raises(NoProof, match=r"the reference failed: ended by SIGKILL.*--task toy"):
        run(tmp_path, numpy_float64=dies_after(0, ERRORS[0]), same=Toy())


def test_a_worker_that_is_started_again_is_not_timed_unprepared(tmp_path):
    """The entry to time holds the worker that was proved, not the one of the same name."""
    rows, entries, _, context = prove(tmp_path, same=Toy())
    assert [entry.worker for entry in entries] == [
        context.pool.worker(r.implementation) for r in rows
    ]


def test_an_interruption_keeps_what_was_measured(tmp_path):
    interrupted = dies_after(6, KeyboardInterrupt())
    rows, entries, case, context = prove(tmp_path, interrupted=interrupted)
    with pytest.raises(KeyboardInterrupt):
        KIND.time(case, entries, context)
    KIND.conclude(case, rows)
    assert [row.status for row in rows] == ["ok", "ok"]
    assert [len(row.seconds) for row in rows] == [3, 2]


def test_what_was_only_proved_has_no_time(tmp_path):
    rows, _, case, _ = prove(tmp_path, same=Toy())
    KIND.conclude(case, rows)
    assert all(row.status == "skipped" and "ended before" in row.reason for row in rows)


def test_the_record_has_the_references_loss_curve(tmp_path):
    rows, _, case, context = prove(tmp_path)
    facts = KIND.describe(case) | KIND.prove(case, rows, context).facts
    assert facts["kind"] == "training"
    assert facts["curve"]["done"][-1] == 1.0
    assert facts["curve"]["loss"][0] > facts["curve"]["loss"][-1]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts the peak anew")
def test_the_memory_that_a_task_takes_is_among_the_costs(tmp_path):
    def hungry():
        np.ones(2**24).sum()  # 128 MiB, and gone again

    held = []

    def keep(given):
        held.append(np.ones(2**24))
        return given

    rows = run(tmp_path, hungry=Toy(run=hungry))
    assert rows["hungry"].costs["task_memory"] > 100 * 2**20
    assert rows["hungry"].costs["peak_memory"] >= rows["hungry"].costs["task_memory"]
    # what stays is in the peak of the task, and what each run takes in that of the run as well
    kept = run(tmp_path, keeping=Toy(arrays=keep))["keeping"].costs
    assert kept["task_memory"] > 100 * 2**20 > 50 * 2**20 > kept["run_memory"] >= 0
    assert rows["hungry"].costs["run_memory"] > 100 * 2**20
