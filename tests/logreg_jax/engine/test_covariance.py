"""The preconditioner is the inverse that it stands for, also where that hardly exists."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest

import logreg_jax as lj
from logreg_jax._engine.covariance import feature_covariance, precondition, with_penalty
from logreg_jax._engine.problem import make_problem

CURVATURES = np.array([0.05, 0.2, 0.01])


def problem_of(x, l2):
    y = (np.arange(len(x)) % 3).astype("int32")
    params = lj.init(x.shape[1], 3, dtype=x.dtype)
    model = replace(lj.softmax, l2=l2)
    return make_problem(
        model, params, lj.Batch(jnp.asarray(x), jnp.asarray(y)), jnp.zeros(x.shape[1])
    )


def features(n=200, d=6):
    rng = np.random.default_rng(0)
    return (rng.standard_normal((n, d)) @ rng.standard_normal((d, d)) + 1).astype("float32")


def gradient(d=6):
    rng = np.random.default_rng(1)
    weights, bias = rng.standard_normal((3, d)), rng.standard_normal(3)
    return lj.Params(jnp.asarray(weights, "float32"), jnp.asarray(bias, "float32"))


def covariance_of(problem, ridge=0.0):
    return feature_covariance(problem, problem.data.x, ridge)


def applied(problem, ridge=0.0):
    covariance = covariance_of(problem, ridge)
    return precondition(covariance, jnp.asarray(CURVATURES, "float32"), gradient())


def expected(x, l2, ridge=0.0):
    """Block elimination written out: per output the Hessian of weights and bias at one curvature."""
    n, d = x.shape
    x = np.concatenate([x.astype(float), np.ones((n, 1))], axis=1)
    at_zero = 1 / 3 * (1 - 1 / 3)  # mean square of the slopes of three classes alike
    penalty = np.diag([l2 / (0.1 * at_zero) + ridge] * d + [0.0])
    found = []
    for curvature, weights, bias in zip(CURVATURES, *gradient(), strict=True):
        hessian = curvature * (x.T @ x / n + penalty)
        found.append(np.linalg.solve(hessian, np.append(weights, bias)))
    return np.array(found)


@pytest.mark.parametrize(("l2", "ridge"), [(1e-3, 0.0), (1.0, 0.0), (0.0, 0.5)])
def test_it_is_the_inverse_of_the_hessian_at_one_curvature(l2, ridge):
    x = features(n=201)  # a third of each class
    weights, bias = applied(problem_of(x, l2), ridge)
    got = np.concatenate([weights, bias[:, None]], axis=1)
    correct = expected(x, l2, ridge)
    apart = np.linalg.norm(got - correct, axis=1) / np.linalg.norm(correct, axis=1)
    assert (apart < 1e-3).all()


def test_another_penalty_needs_no_other_pass():
    x = features()
    covariance = covariance_of(problem_of(x, 1.0))
    anew = covariance_of(problem_of(x, 1e-2))
    again = with_penalty(problem_of(x, 1e-2), covariance)
    for one, other in zip(anew, again, strict=True):
        np.testing.assert_array_equal(one, other)


def test_features_may_differ_in_scale_by_twelve_digits():
    """The step then has the scales of the inverse on both sides."""
    x, scales = features(), np.float32([[1e-6, 1e-3, 1, 1, 1e3, 1e6]])
    plain, weights = applied(problem_of(x, 0.0)).weights, gradient().weights * scales
    covariance = covariance_of(problem_of(x * scales, 0.0))
    curvatures = jnp.asarray(CURVATURES, "float32")
    scaled = precondition(covariance, curvatures, gradient()._replace(weights=weights)).weights
    np.testing.assert_allclose(scaled * scales, plain, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("case", ["constant", "twice", "fewer rows than features", "zero"])
def test_it_descends_where_the_covariance_has_no_inverse(case):
    x = features(n=4 if case == "fewer rows than features" else 200)
    if case == "constant":
        x[:, 2] = 7
    elif case == "twice":
        x[:, 2] = x[:, 3]
    elif case == "zero":
        x[:] = 0
    step = applied(problem_of(x, 0.0))
    product = float(jnp.vdot(step.weights, gradient().weights) + step.bias @ gradient().bias)
    assert np.isfinite(product)
    assert product > 0
