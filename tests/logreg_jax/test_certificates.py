"""A certificate is never below the true gap, and not far above it."""

from dataclasses import replace
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

import logreg_jax as lj
from logreg_jax import certificates
from logreg_jax._engine import passes
from logreg_jax._engine.problem import Problem

N, D = 60, 5
CASES = [
    pytest.param(lj.logistic, 1, 0.01, 0.0, lj.Newton(), id="logistic l2"),
    pytest.param(lj.logistic, 1, 0.01, 0.02, lj.WorkingSet(), id="logistic elastic net"),
    pytest.param(lj.logistic, 1, 0.0, 0.02, lj.WorkingSet(), id="logistic l1"),
    pytest.param(lj.softmax, 3, 0.01, 0.0, lj.Newton(), id="softmax l2"),
    pytest.param(lj.softmax, 3, 0.0, 0.02, lj.Proximal(), id="softmax l1"),
    pytest.param(lj.linear, 1, 0.0, 0.0, lj.NormalEquations(), id="linear"),
    pytest.param(lj.linear, 1, 0.0, 0.2, lj.WorkingSet(), id="linear l1"),
]
REFINEMENTS = [CASES[0], *CASES[2:6]]
"""One for each solver that refines."""


def cases(params, short):
    """A matrix of these cases, of which those whose ids are not in `short` are long."""
    marked = [
        param
        if param.id in short
        else pytest.param(*param.values, id=param.id, marks=pytest.mark.long)
        for param in params
    ]
    return pytest.mark.parametrize(("model", "outputs", "l2", "l1", "solver"), marked)


def examples(model, outputs, seed):
    """Features of different scales and means, and labels that depend on them, all in float32."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((N, D)) * rng.uniform(0.2, 3, D) + rng.standard_normal(D)
    signal = x @ rng.standard_normal((D, outputs)) + 2 * rng.standard_normal((N, outputs))
    y = {
        "continuous": lambda: signal[:, 0].astype("float32"),
        "binary": lambda: (signal[:, 0] > 0).astype("int32"),
        "multiclass": lambda: signal.argmax(axis=1).astype("int32"),
    }[model.target]()
    weight = rng.integers(0, 3, N).astype("float32")
    return lj.Batch(x.astype("float32"), y, weight)


def optimum(model, outputs, solver, data):
    """The minimum to 1e-12, and the parameters there, by a solver in float64."""
    start = lj.init(D, outputs, dtype="float64")
    found = lj.solve(model, solver, start, data, tol=1e-12, max_steps=5000)
    assert found.gap < 1e-10 * lj.loss(model, found.params, data)
    return lj.loss(model, found.params, data), found.params


@cases(CASES, {"logistic l2"})
@settings(max_examples=3, deadline=None, derandomize=True, phases=[Phase.generate])
@given(seed=st.integers(0, 2**16), distance=st.floats(-9, 0.5))
def test_it_is_an_upper_bound_and_a_tight_one(model, outputs, l2, l1, solver, seed, distance):
    model, data = replace(model, l2=l2, l1=l1), examples(model, outputs, seed)
    with jax.enable_x64(True):
        exact = jax.tree.map(
            lambda a: jnp.asarray(a, jnp.float64 if a.dtype == np.float32 else a.dtype), data
        )
        minimum, best = optimum(model, outputs, solver, exact)
        rng = np.random.default_rng(seed)
        away = lambda a: a + 10**distance * rng.standard_normal(a.shape)
        params = jax.tree.map(away, best)
        gap = float(lj.loss(model, params, exact) - minimum)
        certain = lj.certificate(model, params, exact)
    assert certain.gap >= gap - 1e-14 * certain.loss
    assert certain.gap <= 1.11 * gap + 1e-12 * certain.loss
    # and the gap that solve claims for the same point in float32
    rounded = jax.tree.map(lambda a: jnp.asarray(a, jnp.float32), params)
    before = lj.certificate(model, rounded, data)
    claimed = lj.solve(model, solver, rounded, data, tol=1e9, max_steps=1, check_values=False)
    after = lj.certificate(model, claimed.params, data)
    assert before.reason is after.reason is None
    assert claimed.gap >= after.gap / 1.11 - 1e-11 * after.loss


@cases(CASES[2:5], {"softmax l2"})
def test_parameters_far_out_are_certified_too(model, outputs, l2, l1, solver):
    """Every probability is 0 or 1 there, so that second derivatives are zero."""
    model, data = replace(model, l2=l2, l1=l1), examples(model, outputs, 808)
    rng = np.random.default_rng(0)
    away = lambda a: jnp.asarray(1e3 * rng.standard_normal(a.shape), a.dtype)
    certain = lj.certificate(model, jax.tree.map(away, lj.init(D, outputs)), data)
    zero = lj.certificate(model, lj.init(D, outputs), data)
    assert certain.loss > 100 * zero.loss
    # the minimum is between zero.loss - zero.gap and zero.loss
    at_least = certain.loss - zero.loss
    assert at_least <= certain.gap <= 1.11 * (at_least + zero.gap)


def test_without_a_penalty_it_gives_a_reason():
    data = examples(lj.logistic, 1, 0)
    certain = lj.certificate(lj.logistic, lj.init(D), data)
    assert certain.loss <= certain.gap <= (1 + 1e-12) * certain.loss  # no loss is below zero
    assert "add a penalty" in certain.reason
    separable = data._replace(y=(data.x[:, 0] > 0).astype("int32"))
    found = lj.solve(lj.logistic, lj.Newton(), lj.init(D), separable)
    assert found.status == lj.Status.SEPARABLE
    certain = lj.certificate(lj.logistic, found.params, separable)
    assert "separable" in certain.reason
    assert certain.loss <= certain.gap <= (1 + 1e-12) * certain.loss


@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_parameters_that_are_no_numbers_have_no_bound(broken):
    data, params = examples(lj.logistic, 1, 0), lj.init(D)
    params = params._replace(weights=params.weights + broken)
    certain = lj.certificate(replace(lj.logistic, l2=0.1), params, data)
    assert certain.gap == np.inf
    assert certain.reason == "the loss is not finite"


def test_a_negative_penalty_is_refused():
    with pytest.raises(ValueError, match=r"got l1=-0.1; expected no negative penalty"):
        lj.certificate(replace(lj.linear, l1=-0.1), lj.init(D), examples(lj.linear, 1, 0))


@cases(CASES, {"linear"})
def test_float32_solves_reach_small_gaps(model, outputs, l2, l1, solver):
    model, data = replace(model, l2=l2, l1=l1), examples(model, outputs, 1)
    tol = 1e-6 if l2 or not l1 else 1e-4  # without l2 the gap is of first order in rounding
    found = lj.solve(model, solver, lj.init(D, outputs), data, tol=tol, max_steps=5000)
    certain = lj.certificate(model, found.params, data)
    assert found.status == lj.Status.CONVERGED
    assert certain.gap <= tol * certain.loss


def test_the_last_steps_of_the_refinement_count(monkeypatch):
    model, data = replace(lj.logistic, l2=0.01), examples(lj.logistic, 1, 2)
    gaps = []
    for rounds in ((1,), (1, 3)):
        monkeypatch.setattr(certificates, "_STEP_LIMITS", rounds)
        gaps.append(lj.certificate(model, lj.init(D), data).gap)
    assert 2 * gaps[1] < gaps[0] < np.inf


def test_a_model_without_conjugate_is_certified_by_l2():
    poisson = lj.Model("poisson", "continuous", lambda z, y: jnp.exp(z[:, 0]) - y * z[:, 0],
                       lambda z: jnp.exp(z[:, 0]), l2=0.1)  # fmt: skip
    data = examples(lj.linear, 1, 0)._replace(y=np.arange(N).astype("float32") % 3)
    found = lj.solve(poisson, lj.LBFGS(), lj.init(D), data, tol=1e-4)
    assert found.status == lj.Status.CONVERGED
    assert lj.certificate(poisson, found.params, data).gap <= found.gap
    assert "no close bound" in lj.certificate(replace(poisson, l2=0.0), found.params, data).reason


@cases([CASES[0], *CASES[3:5]], set())
def test_x_in_float32_is_worth_as_much_as_in_float64(
    model, outputs, l2, l1, solver, monkeypatch, close
):
    """The examples are not a multiple of the block."""
    monkeypatch.setattr(passes, "CONVERSION_BLOCK_BYTES", 8 * D * 7)
    jax.clear_caches()  # programs with larger blocks
    model, data = replace(model, l2=l2, l1=l1), examples(model, outputs, 3)
    weights = np.random.default_rng(4).standard_normal((outputs, D)) / 10
    params = lj.Params(jnp.asarray(weights, jnp.float32), jnp.zeros(outputs))
    got = lj.certificate(model, params, data)
    with jax.enable_x64(True):
        double = partial(jax.tree.map, lambda a: jnp.asarray(a, jnp.float64))
        exact = data._replace(x=double(data.x))
        expected = lj.certificate(model, double(params), exact)
    close(got.loss, expected.loss)
    close(got.gap, expected.gap)
    jax.clear_caches()


@cases(REFINEMENTS, {"logistic l1"})
def test_there_is_no_copy_of_x_in_float64(model, outputs, l2, l1, solver):
    """By the compiler's own account of the programs that read x."""
    rows, features = 20_000, 400  # 31 MiB in float32, 61 MiB in float64
    with jax.enable_x64(True):
        y = jnp.zeros(rows, jnp.float64 if model is lj.linear else jnp.int32)
        data = lj.Batch(jnp.zeros((rows, features), jnp.float32), y)
        params = lj.init(features, outputs, dtype="float64")
        model = replace(model, l2=l2, l1=l1)
        refinement = certificates._refinement(model, params)
        inputs = model, refinement, params, data
        _, weight, scales, run = certificates._start(*inputs)

        @jax.jit
        def rest(data, weight, scales, run):
            problem = Problem(model, data, weight, scales)
            run = certificates._advance(problem, refinement, run, 1)
            return run, certificates._bound(problem, run.point)

        for lowered in certificates._start.lower(*inputs), rest.lower(data, weight, scales, run):
            memory = lowered.compile().memory_analysis()
            assert memory.temp_size_in_bytes + memory.output_size_in_bytes < 50 * 2**20


def test_it_takes_the_parameters_of_scikit_learn(make_batch):
    x, y = make_batch(lj.logistic, n=200)[1][:2]
    model = replace(lj.logistic, l2=1e-2)
    fitted = LogisticRegression(C=1 / (200 * 1e-2), tol=1e-3).fit(x.astype("float64"), y)
    params = lj.Params(fitted.coef_, fitted.intercept_)
    found = lj.certificate(model, params, lj.Batch(x, y))  # x in float32, coefficients in float64
    scores = x.astype("float64") @ fitted.coef_[0] + fitted.intercept_
    loss = np.mean(np.logaddexp(0, scores) - y * scores) + 0.5e-2 * np.sum(fitted.coef_**2)
    assert found.loss == pytest.approx(loss, rel=1e-13)
    assert 0 < found.gap < 1e-3 * loss
