"""Solutions are optima: scikit-learn's, each other's, and those that a warm start finds again."""

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
    options = {"C": 1 / (n * strength) if strength else np.inf, "tol": 1e-10, "max_iter": 50_000}
    if l1:
        return LogisticRegression(solver="saga", l1_ratio=l1 / strength, **options, random_state=0)
    return LogisticRegression(solver="lbfgs", **options)


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


LBFGS, PROXIMAL, PROXIMAL_NEWTON = lj.LBFGS(), lj.Proximal(), lj.ProximalNewton()
NORMAL, SUBSAMPLED = lj.NormalEquations(), lj.SubsampledNewton(rows=500)
AGREEMENT = [
    ("breast_cancer", lj.logistic, NEWTON, 1e-2, 0.0, logistic_regression),
    ("breast_cancer", lj.logistic, PROXIMAL_NEWTON, 0.0, 1e-2, logistic_regression),
    ("breast_cancer", lj.logistic, PROXIMAL_NEWTON, 1e-2, 1e-2, logistic_regression),
    ("breast_cancer", lj.logistic, PROXIMAL, 1e-2, 1e-2, logistic_regression),
    ("breast_cancer 4 features", lj.logistic, NEWTON, 0.0, 0.0, logistic_regression),
    ("digits", lj.softmax, LBFGS, 1e-2, 0.0, newton_cholesky),
    ("digits", lj.softmax, NEWTON, 1e-2, 0.0, newton_cholesky),
    ("digits", lj.softmax, SUBSAMPLED, 1e-2, 0.0, newton_cholesky),
    ("digits", lj.softmax, PROXIMAL, 3e-2, 3e-2, logistic_regression),
    ("diabetes", lj.linear, NORMAL, 1e-1, 0.0, least_squares),
    ("diabetes", lj.linear, NORMAL, 0.0, 0.0, least_squares),
    ("diabetes", lj.linear, PROXIMAL_NEWTON, 0.0, 1.0, least_squares),
    ("diabetes", lj.linear, PROXIMAL_NEWTON, 1e-1, 1.0, least_squares),
    ("a9a", lj.logistic, NEWTON, 1e-4, 0.0, newton_cholesky),
    ("a9a", lj.logistic, PROXIMAL_NEWTON, 0.0, 1e-2, logistic_regression),
    ("a9a", lj.logistic, PROXIMAL_NEWTON, 1e-2, 1e-2, logistic_regression),
]


@cache
def fitted(name, theirs, l2, l1):
    """scikit-learn's answer, for all solvers that are compared with it."""
    x, y, _ = data_of(name)
    # 14 of the 123 features of a9a are not zero: saga takes a tenth of the time
    return theirs(len(y), l2, l1).fit(csr_array(x) if name == "a9a" else x, y)


@pytest.mark.parametrize(
    ("name", "model", "solver", "l2", "l1", "theirs"),
    AGREEMENT,
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
        # a loss difference of g leaves sqrt(g) in the weights
        assert np.abs(solution.params.weights - other.weights).max() < 1e-4 * scale
        if l1:
            assert ((solution.params.weights == 0) == (np.abs(other.weights) < 1e-7 * scale)).all()


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


def test_statuses_say_how_it_ended(problem):
    model, params, data = problem
    status = lambda model=model, data=data, **options: (
        lj.solve(model, NEWTON, params, data, check_values=False, **options).status
    )
    assert status() == lj.Status.CONVERGED
    assert status(max_steps=1) == lj.Status.MAX_STEPS
    assert status(tol=1e-30) == lj.Status.STALLED
    assert status(data=data._replace(x=data.x * np.nan)) == lj.Status.DIVERGED
    assert status(model=replace(model, l2=0.0)) == lj.Status.NOT_CERTIFIABLE
    separable = data._replace(y=(data.x[:, 0] > 0).astype("int32"))
    assert status(model=replace(model, l2=0.0), data=separable) == lj.Status.SEPARABLE


def test_weights_are_repetitions_and_zeros_leave_out(problem, close):
    model, params, data = problem
    times = np.random.default_rng(1).integers(0, 3, len(data.y))
    weighted = data._replace(weight=times.astype("float32"))
    repeated = lj.Batch(np.repeat(data.x, times, axis=0), np.repeat(data.y, times))
    one = lj.solve(model, NEWTON, params, weighted, tol=1e-8).params
    other = lj.solve(model, NEWTON, params, repeated, tol=1e-8).params
    close(one.weights, other.weights, scale=20)


def test_outputs_are_regressions_of_their_own():
    x, _, _ = data_of("diabetes")
    y = x[:, :3] ** 2 + np.random.default_rng(0).standard_normal((len(x), 3))
    with jax.enable_x64(True):
        model, params = replace(lj.linear, l2=0.1), lj.init(10, 3, dtype="float64")
        ours = lj.solve(model, NORMAL, params, lj.Batch(x, y), tol=1e-14)
        theirs = Ridge(alpha=len(x) * 0.1 / 2).fit(x, y)
        np.testing.assert_allclose(ours.params.weights, theirs.coef_, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(
            lj.r2(model, ours.params, lj.Batch(x, y)), theirs.score(x, y), rtol=1e-9
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
    one = lambda l2: lj.solve(replace(model, l2=l2), LBFGS, params, data)
    many, each = jax.vmap(one)(l2s), [one(l2) for l2 in l2s]
    assert list(many.steps) == [solution.steps for solution in each]
    close(many.params.weights, jnp.stack([s.params.weights for s in each]), scale=20)
    assert jax.jit(one)(l2s[0]).steps == each[0].steps


def gradient_cases():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((60, 5))
    classes, real = rng.integers(0, 3, 60), x[:, 0] + rng.standard_normal(60)
    yield pytest.param(lj.logistic, NEWTON, 0.0, 1, x, classes % 2, id="logistic")
    yield pytest.param(lj.softmax, NEWTON, 0.0, 3, x, classes, id="softmax")
    yield pytest.param(lj.linear, PROXIMAL_NEWTON, 0.2, 1, x, real, id="elastic net")


@pytest.mark.parametrize(("model", "solver", "l1", "outputs", "x", "y"), list(gradient_cases()))
def test_derivatives_of_the_minimum_are_finite_differences(model, solver, l1, outputs, x, y):
    def of_solution(l2, x, weight):
        data = lj.Batch(x, y, weight)
        start = lj.init(5, outputs, dtype="float64")
        fit = lj.solve(replace(model, l2=l2, l1=l1), solver, start, data, tol=1e-15)
        return jnp.sum(jnp.sin(fit.params.weights))

    with jax.enable_x64(True):
        at = (jnp.float64(0.1), jnp.asarray(x), jnp.ones(60))
        gradients = jax.grad(of_solution, (0, 1, 2))(*at)
        for argument, place in ((0, ()), (1, (3, 0)), (2, (7,))):
            up, down = (
                of_solution(*at[:argument], at[argument].at[place].add(e), *at[argument + 1 :])
                for e in (1e-5, -1e-5)
            )
            numeric = (up - down) / 2e-5
            np.testing.assert_allclose(gradients[argument][place], numeric, rtol=1e-5, atol=1e-9)
