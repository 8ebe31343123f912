"""The judge of solves says what the library's certificate says, which is computed in another way."""

from dataclasses import replace

import numpy as np
import pytest

import logreg_jax as lj
from benchmarks.contract import Solve
from benchmarks.datasets import probes, synthetic
from benchmarks.kinds.solve import KIND
from benchmarks.proof import judge

SIZE = {"num_examples": 80, "num_features": 4}


def solve_task(dataset="synthetic", **penalties):
    return Solve(
        name="t", dataset=dataset, model="logistic", required_gap=1e-6, why="", **penalties
    )


@pytest.mark.parametrize("l1", [0.0, pytest.param(0.02, marks=pytest.mark.long)])
@pytest.mark.parametrize("size", [0.0, 0.01, 1.0])
def test_a_gap_is_that_of_the_certificate(l1, size):
    task = solve_task(l2=0.01, l1=l1)
    given = KIND.build(task, synthetic.load(None, **SIZE))
    weights, bias = np.full_like(given.weights, size), np.full_like(given.bias, 0.1)
    runner = judge.prepare(task, given)
    verdict = runner.collect(runner.run(weights, bias))
    model = replace(lj.logistic, l2=task.l2, l1=task.l1)
    certified = lj.certificate(model, lj.Params(weights, bias), lj.Batch(given.x, given.y))
    assert verdict.loss[0] == pytest.approx(certified.loss, rel=1e-9)
    # the certificate is at most 1.1 times the true gap, the judge next to it
    minimum = verdict.loss[0] / (1 + verdict.gap[0])
    assert 1 / 1.11 < verdict.gap[0] * minimum / certified.gap < 1.001


def test_each_of_many_models_is_judged_by_its_own_objective():
    # a power of two is the same in float32
    task = solve_task("probes", l2=2**-7, sweep={"target": (0, 1)})
    given = KIND.build(task, probes.load(None, num_targets=2, **SIZE))
    runner = judge.prepare(task, given)
    weights, bias = np.zeros((2, 1, 4)), np.zeros((2, 1))
    weights[1] += 0.1
    verdict = runner.collect(runner.run(weights, bias))
    for model in (0, 1):
        single = replace(task, sweep={})
        alone = judge.prepare(single, given._replace(y=given.y[model], l2=None))
        expected = alone.collect(alone.run(weights[model], bias[model]))
        assert verdict.loss[model] == pytest.approx(expected.loss[0], rel=1e-12)
        assert verdict.gap[model] == pytest.approx(expected.gap[0], rel=1e-6)


def test_parameters_that_are_not_finite_have_no_finite_gap():
    task = solve_task(l2=0.01)
    given = KIND.build(task, synthetic.load(None, **SIZE))
    runner = judge.prepare(task, given)
    verdict = runner.collect(runner.run(np.full((1, 4), np.nan), np.zeros(1)))
    assert not np.isfinite(verdict.gap).any()


def test_a_judge_that_does_not_find_every_minimum_says_so():
    task = solve_task("probes", sweep={"target": (0, 1)})
    given = KIND.build(task, probes.load(None, num_targets=2, **SIZE))
    # without a penalty and with a line between the classes, larger weights are always better
    y = np.stack([given.x[:, 0] > 0, given.y[1]]).astype(given.y.dtype)
    with pytest.raises(RuntimeError) as error:
        judge.prepare(task, given._replace(y=y))
    assert "SEPARABLE (1)" in str(error.value)
    assert "expected a bound within 1e-11 of the loss for every model" in str(error.value)
