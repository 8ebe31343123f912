"""Working sets of a few features lead to the minimum over all of them."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import logreg_jax as lj
from logreg_jax._engine.quadratic_l1 import minimise_with_l1
from logreg_jax.solvers import working_set
from logreg_jax.solvers.working_set import _sizes


def wide(outputs=1, seed=0):
    """60 examples of 40 features, of which five matter."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((60, 40)).astype("float32")
    scores = x[:, :5] @ rng.standard_normal((5, outputs)) * 2
    return x, scores


def binary(seed=0):
    x, scores = wide(seed=seed)
    return lj.Batch(x, (scores[:, 0] > 0).astype("int32"))


def solve(model, solver, data, outputs=1, **options):
    start = lj.init(data.x.shape[1], outputs)
    return lj.solve(model, solver, start, data, tol=1e-5, **options)


# the first has fewer weights than the minimum has, and has to grow; the last is all of them
@pytest.mark.parametrize("size", [1, 12, 40])
@pytest.mark.parametrize(("l1", "l2"), [(0.03, 0.0), (0.01, 0.01)], ids=["l1", "elastic net"])
def test_it_finds_the_minimum_over_all_features(size, l1, l2):
    model, data = replace(lj.logistic, l1=l1, l2=l2), binary()
    found, expected = (solve(model, s, data) for s in (lj.WorkingSet(size=size), lj.Proximal()))
    assert found.status == expected.status == lj.Status.CONVERGED
    np.testing.assert_allclose(found.params.weights, expected.params.weights, atol=2e-3)
    assert lj.loss(model, found.params, data) <= 1.0001 * lj.loss(model, expected.params, data)


def test_more_weights_than_the_largest_set_are_no_dead_end(monkeypatch):
    """Where sets may not grow, it goes on with the weights that most want to change."""
    jax.clear_caches()  # of sets that may grow
    monkeypatch.setattr(working_set, "_LARGEST", 4)
    model, data = replace(lj.logistic, l1=0.003, l2=0.003), binary(seed=1)
    found = solve(model, lj.WorkingSet(size=4), data)
    jax.clear_caches()
    expected = lj.loss(model, solve(model, lj.Proximal(), data).params, data)
    value = lj.loss(model, found.params, data)
    assert found.status == lj.Status.CONVERGED
    assert value < 1.001 * expected
    assert (found.params.weights != 0).sum() > 4
    assert found.gap >= 0.999 * (value - expected)


@pytest.mark.parametrize(
    ("first", "features", "sizes"),
    [(128, 200, [128, 200]), (128, 7_000, [128, 512, 2048]), (4, 5, [4, 5]), (3_000, 7_000, [3_000])],
)  # fmt: skip
def test_sizes_grow_up_to_the_features_or_a_limit(first, features, sizes):
    assert _sizes(first, features) == sizes


def test_models_of_one_sweep_may_need_sets_of_other_sizes():
    data, solver = binary(), lj.WorkingSet(size=3)
    models = replace(lj.logistic, l1=jnp.float32([0.2, 0.05, 0.01]), l2=0.001)
    swept = lj.solve_many(models, solver, lj.init(40), data, tol=1e-5)
    assert (swept.status == lj.Status.CONVERGED).all()
    for number, l1 in enumerate(models.l1):
        alone = solve(replace(models, l1=l1), solver, data)
        np.testing.assert_allclose(swept.params.weights[number], alone.params.weights, atol=2e-3)


def test_independent_outputs_share_a_working_set():
    x, scores = wide(outputs=3)
    data, model = lj.Batch(x, scores.astype("float32")), replace(lj.linear, l1=0.1)
    found, expected = (
        solve(model, solver, data, outputs=3) for solver in (lj.WorkingSet(size=8), lj.Proximal())
    )
    assert found.status == lj.Status.CONVERGED
    np.testing.assert_allclose(found.params.weights, expected.params.weights, atol=2e-3)


def lowest(hessian, slope, start, l1, l2):
    """The minimum of the quadratic with its penalties, by many steps of a proximal gradient method."""
    step = 1 / (np.linalg.eigvalsh(hessian)[-1] + l2)
    weights = start.copy()
    for _ in range(20_000):
        target = weights - step * (slope + hessian @ (weights - start) + l2 * weights)
        weights = np.sign(target) * np.maximum(np.abs(target) - step * l1, 0)
    return weights


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(("l1", "l2"), [(0.3, 0.0), (0.05, 0.1), (0.0, 0.1)])
def test_the_minimum_of_a_quadratic_with_penalties_is_found(seed, l1, l2):
    rng = np.random.default_rng(seed)
    root = rng.standard_normal((30, 12)) * rng.uniform(0.3, 3, 12)
    root[:, 3] = 0  # a constant feature
    hessian = root.T @ root / 30
    slope, start = rng.standard_normal(12) * 3, rng.standard_normal(12)
    slope[3] = start[3] = 0
    with jax.enable_x64(True):
        model = replace(lj.logistic, l1=l1, l2=l2)
        found = minimise_with_l1(model, *map(jnp.asarray, (hessian, slope, start)), 1e-9)
    np.testing.assert_allclose(found, lowest(hessian, slope, start, l1, l2), atol=1e-6)
