"""Solutions are optima: they agree with scikit-learn, with each other, and with a warm start."""

import os
from dataclasses import replace
from functools import cache
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_svmlight_file
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler

import logreg_jax as lj

NEWTON = lj.Newton()


@cache
def data_of(name):
    """x float64, y, and the number of classes."""
    if name == "a9a":
        path = Path(os.environ.get("LOGREG_JAX_DATA", "")) / "libsvm" / "a9a"
        if not path.exists():
            pytest.skip(f"no {path}: set LOGREG_JAX_DATA")
        x, y = load_svmlight_file(str(path), n_features=123)
        return x.toarray(), (y > 0).astype("int32"), 1
    load = {"breast_cancer": load_breast_cancer, "digits": load_digits, "diabetes": load_diabetes}
    x, y = load[name.split()[0]](return_X_y=True)
    x = x / 16 if name == "digits" else StandardScaler().fit_transform(x)
    x = x[:, :4] if "4 features" in name else x
    return x, y, 10 if name == "digits" else 1


def logistic_regression(n, l2, l1):
    """C weighs the sum of the losses, l1_ratio divides the penalty: C = 1 / (n (l1 + l2))."""
    strength = l1 + l2
    options = {"C": 1 / (n * strength) if strength else np.inf, "max_iter": 50_000}
    if l1:
        saga = {"solver": "saga", "l1_ratio": l1 / strength, "tol": 1e-7, "random_state": 0}
        return LogisticRegression(**saga, **options)
    return LogisticRegression(solver="lbfgs", tol=1e-10, **options)


def newton_cholesky(n, l2, l1):
    return LogisticRegression(solver="newton-cholesky", C=1 / (n * l2), tol=1e-12)


def least_squares(n, l2, l1):
    """Ridge has the sum of squares, Lasso and ElasticNet half their mean."""
    exact = {"tol": 1e-14, "max_iter": 100_000}
    if l1 and l2:
        return ElasticNet(alpha=(l1 + l2) / 2, l1_ratio=l1 / (l1 + l2), **exact)
    if l1:
        return Lasso(alpha=l1 / 2, **exact)
    return Ridge(alpha=n * l2 / 2) if l2 else LinearRegression()


LBFGS, PROXIMAL, WORKING_SET = lj.LBFGS(), lj.Proximal(), lj.WorkingSet()
NORMAL, SUBSAMPLED = lj.NormalEquations(), lj.SubsampledNewton(rows=500)
AGREEMENT = [
    ("breast_cancer", lj.logistic, NEWTON, 1e-2, 0.0, logistic_regression),
    ("breast_cancer", lj.logistic, WORKING_SET, 1e-2, 1e-2, logistic_regression),
    ("breast_cancer 4 features", lj.logistic, NEWTON, 0.0, 0.0, logistic_regression),
    ("digits", lj.softmax, LBFGS, 1e-2, 0.0, newton_cholesky),
    ("digits", lj.softmax, PROXIMAL, 3e-2, 3e-2, logistic_regression),
    ("diabetes", lj.linear, NORMAL, 1e-1, 0.0, least_squares),
    ("diabetes", lj.linear, WORKING_SET, 0.0, 1.0, least_squares),
]
MORE_AGREEMENT = [
    ("breast_cancer", lj.logistic, WORKING_SET, 0.0, 1e-2, logistic_regression),
    ("breast_cancer", lj.logistic, PROXIMAL, 1e-2, 1e-2, logistic_regression),
    ("digits", lj.softmax, NEWTON, 1e-2, 0.0, newton_cholesky),
    ("digits", lj.softmax, SUBSAMPLED, 1e-2, 0.0, newton_cholesky),
    ("digits", lj.softmax, PROXIMAL, 0.0, 3e-2, logistic_regression),
    ("diabetes", lj.linear, NORMAL, 0.0, 0.0, least_squares),
    ("diabetes", lj.linear, WORKING_SET, 1e-1, 1.0, least_squares),
    ("a9a", lj.logistic, NEWTON, 1e-4, 0.0, newton_cholesky),
    ("a9a", lj.logistic, WORKING_SET, 0.0, 3e-2, logistic_regression),
    ("a9a", lj.logistic, WORKING_SET, 3e-2, 3e-2, logistic_regression),
]


@cache
def fitted(name, theirs, l2, l1):
    """scikit-learn's answer, for all solvers that are compared with it."""
    x, y, _ = data_of(name)
    # 14 of the 123 features of a9a are not zero: saga takes a tenth of the time
    return theirs(len(y), l2, l1).fit(csr_array(x) if name == "a9a" else x, y)


@pytest.mark.parametrize(
    ("name", "model", "solver", "l2", "l1", "theirs"),
    [*AGREEMENT, *(pytest.param(*case, marks=pytest.mark.long) for case in MORE_AGREEMENT)],
    ids=lambda v: (
        getattr(v, "name", None) or (v if isinstance(v, float | str) else type(v).__name__)
    ),
)
def test_scikit_learn_finds_the_same(name, model, solver, l2, l1, theirs):
    x, y, outputs = data_of(name)
    with jax.enable_x64(True):
        model, start = replace(model, l2=l2, l1=l1), lj.init(x.shape[1], outputs, dtype="float64")
        solution = lj.solve(model, solver, start, lj.Batch(x, y), tol=1e-14, max_steps=2000)
        reference = fitted(name, theirs, l2, l1)
        other = lj.Params(
            *map(np.atleast_2d, (reference.coef_,)), np.atleast_1d(reference.intercept_)
        )
        value, expected = (lj.loss(model, p, lj.Batch(x, y)) for p in (solution.params, other))
        assert value <= expected + 1e-12 * abs(expected)
        assert expected - value < 1e-6 * expected
        scale = np.abs(reference.coef_).max()
        # a gap of g leaves sqrt(g) in the weights: 1e-7 in ours; saga and lbfgs stop at a gradient or
        # at a change of the weights, which bounds no gap
        allowed = 1e-4 if theirs is logistic_regression else 1e-6
        assert np.abs(solution.params.weights - other.weights).max() < allowed * scale
        if l1:
            assert ((solution.params.weights == 0) == (np.abs(other.weights) < 1e-7 * scale)).all()


@pytest.mark.parametrize(
    ("name", "model", "solver", "status"),
    [
        ("breast_cancer", lj.logistic, NEWTON, lj.Status.SEPARABLE),
        ("digits", lj.softmax, LBFGS, lj.Status.SEPARABLE),
        pytest.param("a9a", lj.logistic, NEWTON, lj.Status.NOT_CERTIFIABLE, marks=pytest.mark.long),
    ],
    ids=["breast_cancer", "digits", "a9a"],
)
def test_without_a_penalty_all_features_have_no_certain_minimum(name, model, solver, status):
    x, y, outputs = data_of(name)
    with jax.enable_x64(True):
        start = lj.init(x.shape[1], outputs, dtype="float64")
        found = lj.solve(model, solver, start, lj.Batch(x, y), tol=1e-14, max_steps=2000)
    assert found.status == status


@pytest.fixture
def problem(make_batch):
    """A well-posed logistic regression."""
    _, data = make_batch(lj.logistic, n=200)
    return replace(lj.logistic, l2=0.01), lj.init(5), data


def test_a_warm_start_is_already_there(problem):
    model, params, data = problem
    cold = lj.solve(model, LBFGS, params, data)
    warm = lj.solve(replace(model, l2=0.0101), LBFGS, cold.params, data)
    assert lj.solve(model, LBFGS, cold.params, data).steps <= 1
    assert warm.steps < cold.steps


@pytest.mark.parametrize("solver", [LBFGS, PROXIMAL], ids=["LBFGS", "Proximal"])
def test_a_start_that_is_worse_than_zero_is_replaced_by_zero(solver, problem):
    model, params, data = problem
    far = lj.Params(params.weights + 1e4, params.bias - 1e4)
    from_zero, from_far = (lj.solve(model, solver, start, data) for start in (params, far))
    assert from_far.status == from_zero.status == lj.Status.CONVERGED
    assert from_far.steps == from_zero.steps
    np.testing.assert_array_equal(from_far.params.weights, from_zero.params.weights)


@pytest.mark.long
def test_targets_and_weights_take_the_dtype_of_x(make_batch):
    _, data = make_batch(lj.linear)
    with jax.enable_x64(True):
        wide = data._replace(y=data.y.astype("float64"), weight=np.ones(60))
        found = lj.solve(replace(lj.linear, l2=0.1), NORMAL, lj.init(5), wide)
        several = replace(lj.linear, l2=np.ones(2, "float32"))
        many = lj.solve_many(several, NORMAL, lj.init(5), wide._replace(weight=np.ones((2, 60))))
    assert found.params.weights.dtype == many.params.weights.dtype == np.float32
    assert (many.status == lj.Status.CONVERGED).all()


@pytest.mark.parametrize(
    "model",
    [pytest.param(lj.logistic, marks=pytest.mark.long), lj.softmax],
    ids=["logistic", "softmax"],
)
def test_the_proximal_gradient_takes_features_of_any_scale(model, make_batch):
    """Raw columns, one of them constant; and x that has nothing else."""
    with jax.enable_x64(True):
        _, data = make_batch(model, n=200, dtype="float64")
        scaled = data.x * np.array([10, 5e4, 1, 0, 1e-3]) + np.array([0, 0, 0, 7, 0])
        start = lj.init(5, 3 if model is lj.softmax else 1, dtype="float64")
        for x in scaled, np.full_like(scaled, 3.0):
            here = data._replace(x=x)
            found = lj.solve(replace(model, l2=1e-8, l1=1e-3), PROXIMAL, start, here)
            assert found.status == lj.Status.CONVERGED


@pytest.mark.long
def test_weights_are_repetitions_and_zeros_leave_out(problem, close):
    model, params, data = problem
    times = np.random.default_rng(1).integers(0, 3, len(data.y))
    weighted = data._replace(weight=times.astype("float32"))
    repeated = lj.Batch(np.repeat(data.x, times, axis=0), np.repeat(data.y, times))
    one = lj.solve(model, NEWTON, params, weighted, tol=1e-8).params
    other = lj.solve(model, NEWTON, params, repeated, tol=1e-8).params
    close(one.weights, other.weights, scale=20)


@pytest.mark.parametrize(
    ("solver", "l1"),
    [(NORMAL, 0.0), (PROXIMAL, 0.2), pytest.param(WORKING_SET, 0.2, marks=pytest.mark.long)],
    ids=["l2", "elastic net", "elastic net by Newton"],
)
def test_outputs_are_regressions_of_their_own(solver, l1):
    """With sample weights, too."""
    x, _, _ = data_of("diabetes")
    rng = np.random.default_rng(0)
    y, weight = x[:, :3] ** 2 + rng.standard_normal((len(x), 3)), rng.uniform(0, 2, len(x))
    with jax.enable_x64(True):
        model, params = replace(lj.linear, l2=0.1, l1=l1), lj.init(10, 3, dtype="float64")
        data = lj.Batch(x, y, weight)
        ours = lj.solve(model, solver, params, data, tol=1e-14)
        theirs = least_squares(weight.sum(), 0.1, l1).fit(x, y, sample_weight=weight)
        scale = np.abs(theirs.coef_).max()
        assert np.abs(ours.params.weights - theirs.coef_).max() < (1e-6 if l1 else 1e-9) * scale
        assert ((ours.params.weights == 0) == (theirs.coef_ == 0)).all()
        np.testing.assert_allclose(
            lj.r2(model, ours.params, data), theirs.score(x, y, weight), rtol=1e-9
        )


def test_dependent_features_have_the_best_predictions():
    x, y, _ = data_of("diabetes")
    x = np.concatenate([x, x[:, :2] - x[:, 3:5]], axis=1)
    with jax.enable_x64(True):
        solution = lj.solve(
            lj.linear, NORMAL, lj.init(12, dtype="float64"), lj.Batch(x, y), tol=1e-12
        )
        predictions = lj.predict(lj.linear, solution.params, x)
    np.testing.assert_allclose(predictions, LinearRegression().fit(x, y).predict(x), rtol=1e-9)


def test_vmap_is_a_list_of_solves(problem, close):
    model, params, data = problem
    l2s = jnp.array([0.01, 0.1])
    one = lambda l2: lj.solve(replace(model, l2=l2), NEWTON, params, data)
    many, each = jax.vmap(one)(l2s), [one(l2) for l2 in l2s]
    assert list(many.steps) == [solution.steps for solution in each]
    close(many.params.weights, jnp.stack([s.params.weights for s in each]), scale=20)
    assert jax.jit(one)(l2s[0]).steps == each[0].steps
