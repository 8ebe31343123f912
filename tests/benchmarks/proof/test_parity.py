"""The gate: an implementation that does other work gets no time, and is told where it differs."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.contract import Outcome, Runner
from tests.benchmarks.toy_training import TASK, Toy, has_no_time, run, wrong_rate

pytestmark = pytest.mark.usefixtures("no_warm_up")


@pytest.mark.parametrize("factor", [1.001, 0.5, 10.0])
def test_a_wrong_learning_rate_fails_at_the_first_step(tmp_path, factor):
    row = run(tmp_path, wrong=wrong_rate(factor))["wrong"]
    assert row.status == "parity failed"
    assert has_no_time(row, "at step 1 a weight", "differs by", "allowed")
    # Adam's first step is the learning rate, so the difference is the error of it
    size = float(row.reason.split("differs by ")[1].split(",")[0])
    assert size == pytest.approx(abs(factor - 1) * TASK.learning_rate, rel=0.06)


def test_a_dropped_bias_fails(tmp_path):
    class NoBias(Toy):
        def prepare(self, task, given):
            runner = super().prepare(task, given)

            def collect(raw):
                outcome = runner.collect(raw)
                return outcome._replace(bias=np.zeros_like(outcome.bias))

            return Runner(runner.run, collect)

    row = run(tmp_path, wrong=NoBias())["wrong"]
    assert row.status == "parity failed"
    assert has_no_time(row, "at step 1 a weight")


def test_another_batch_order_fails_where_it_begins(tmp_path):
    def swapped(given):
        plan = np.array(given.plan)
        if len(plan) > 3:
            plan[[2, 3]] = plan[[3, 2]]
        return given._replace(plan=plan)

    row = run(tmp_path, wrong=Toy(arrays=swapped))["wrong"]
    assert row.status == "parity failed"
    # steps are counted from 1, and the plan of fewer steps has nothing to swap
    assert has_no_time(row, "at step 4 a weight")


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_nan_fails(tmp_path):
    def broken(given):
        return given._replace(x=np.full_like(given.x, np.nan))

    row = run(tmp_path, wrong=Toy(arrays=broken))["wrong"]
    assert row.status == "parity failed"
    assert has_no_time(row, "differs by inf")


def test_transposed_weights_are_named(tmp_path):
    class Transposed(Toy):
        def prepare(self, task, given):
            runner = super().prepare(task, given)
            return Runner(runner.run, lambda raw: Outcome(raw.weights.T, raw.bias, raw.losses))

    row = run(tmp_path, wrong=Transposed())["wrong"]
    assert row.status == "parity failed"
    assert has_no_time(row, "[outputs, features]")


def test_tf32_is_allowed_its_rounding_and_no_more(tmp_path):
    coarse = replace(TASK, optimizer="sgd", precision="tf32")
    rows = run(tmp_path, coarse, close=wrong_rate(1.0005), far=wrong_rate(1.02))
    assert rows["close"].status == "ok"
    assert rows["far"].status == "parity failed"
    fine = replace(coarse, precision="float32")
    assert run(tmp_path, fine, close=wrong_rate(1.0005))["close"].status == "parity failed"
