"""A Hessian of some rows leads to the minimum of all, whatever the rows do not know."""

from dataclasses import replace

import numpy as np
import pytest

import logreg_jax as lj

NEWTON, SOME = lj.Newton(), lj.SubsampledNewton(rows=100)
MODEL = replace(lj.softmax, l2=1e-3)


@pytest.fixture
def data(make_batch):
    """2,000 examples of 5 features: of 100 rows every twentieth is in the sample."""
    return make_batch(lj.softmax, n=2_000, d=5)[1]


def same_minimum(data, close, *, model=MODEL, solver=SOME, tol=1e-6):
    """Its solution and that of Newton's method, which must have the same loss."""
    start = lj.init(data.x.shape[1], 3)
    found, expected = (lj.solve(model, s, start, data, tol=tol) for s in (solver, NEWTON))
    assert found.status == expected.status == lj.Status.CONVERGED
    close(lj.loss(model, found.params, data), lj.loss(model, expected.params, data))
    return found, expected


@pytest.mark.long
def test_more_rows_take_fewer_steps(data, close):
    few, exact = same_minimum(data, close)
    more, _ = same_minimum(data, close, solver=lj.SubsampledNewton(rows=1_000))
    assert exact.steps <= more.steps < few.steps


@pytest.mark.long
def test_the_last_step_makes_up_for_few_rows(make_batch, close):
    found, _ = same_minimum(make_batch(lj.softmax, n=2_000, d=40)[1], close)
    assert found.steps < 18  # 13, and 24 without it


@pytest.mark.long
def test_with_all_rows_it_is_newtons_method(data, close):
    found, exact = same_minimum(data, close, solver=lj.SubsampledNewton(rows=2_000))
    assert abs(found.steps - exact.steps) <= 2


def test_a_feature_may_be_absent_from_the_rows(data, close):
    data.x[:, 4] = 10 * (np.arange(2_000) % 400 == 1)
    found, _ = same_minimum(data, close, model=replace(lj.softmax, l2=1e-5), tol=1e-5)
    assert found.steps < 60  # 442 without a ridge


@pytest.mark.long
def test_features_may_have_offsets_and_scales_of_their_own(data, close):
    plain, _ = same_minimum(data, close, tol=1e-4)
    data.x[:] = data.x * [1, 1, 1, 1, 100] + [10, 0, 0, 0, 0]
    scaled, _ = same_minimum(data, close, tol=1e-4)
    assert scaled.steps <= 3 * plain.steps


@pytest.mark.long
def test_a_fold_may_leave_out_every_row_of_the_sample(data, close):
    weight = (np.arange(2_000) % 20 != np.arange(3)[:, None]).astype("float32")
    many = lj.solve_many(MODEL, SOME, lj.init(5, 3), data._replace(weight=weight), tol=1e-6)
    found, _ = same_minimum(
        data._replace(weight=weight[0]), close
    )  # every row of the sample has weight 0
    close(many.params.weights[0], found.params.weights, scale=1000)


@pytest.mark.long
def test_many_features_have_no_preconditioner(make_batch, close):
    same_minimum(make_batch(lj.softmax, n=300, d=1_025)[1], close, model=replace(MODEL, l2=0.1))
