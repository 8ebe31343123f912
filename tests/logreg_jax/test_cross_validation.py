"""Cross-validation is the loop over values and folds."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import log_loss, mean_squared_error

import logreg_jax as lj

VALUES = np.array([1e-3, 1e-2, 1e-1])


def test_every_example_is_held_out_once():
    for key in (None, jax.random.key(0)):
        folds = lj.k_folds(key, 23, 5)
        assert folds.shape == (5, 23)
        assert (folds.sum(axis=0) == 1).all()
        assert set(folds.sum(axis=1).tolist()) == {4, 5}
    with pytest.raises(ValueError, match="num_folds=1"):
        lj.k_folds(None, 23, 1)


@pytest.mark.parametrize(
    "model", [lj.softmax, pytest.param(lj.linear, marks=pytest.mark.long)], ids=lambda m: m.name
)
def test_scores_are_scikit_learns(model, make_batch):
    with jax.enable_x64(True):
        _, data = make_batch(model, n=100, dtype="float64")
        folds = lj.k_folds(jax.random.key(1), 100, 4)
        swept = replace(model, l2=VALUES)
        start = lj.init(5, 3 if model is lj.softmax else 1, dtype="float64")
        found = lj.cross_validate(swept, lj.Newton(), start, data, folds, tol=1e-12)
        again = lj.solve(found.model, lj.Newton(), start, data, tol=1e-12)
    expected = np.zeros((3, 4))
    for i, l2 in enumerate(VALUES):
        for j, out in enumerate(np.asarray(folds)):
            n = (~out).sum()
            if model is lj.softmax:
                theirs = LogisticRegression(C=1 / (n * l2), tol=1e-10).fit(
                    data.x[~out], data.y[~out]
                )
                score = log_loss(data.y[out], theirs.predict_proba(data.x[out]))
            else:
                theirs = Ridge(alpha=n * l2 / 2).fit(data.x[~out], data.y[~out])
                score = mean_squared_error(data.y[out], theirs.predict(data.x[out]))
            expected[i, j] = score
    np.testing.assert_allclose(found.scores, expected, rtol=1e-6)
    assert found.best == expected.mean(axis=1).argmin()
    assert found.model.l2 == VALUES[found.best]
    assert found.solution.status == lj.Status.CONVERGED
    np.testing.assert_allclose(found.solution.params.weights, again.params.weights, atol=1e-5)
    assert found.paths.gap.shape == (3, 4)


@pytest.mark.parametrize("out", [np.zeros(60, bool), np.ones(60, bool)], ids=["none", "all"])
def test_a_fold_trains_on_some_and_is_scored_on_some(out, make_batch):
    params, data = make_batch(lj.logistic)
    model = replace(lj.logistic, l2=jnp.ones(2))
    folds = np.stack([np.arange(60) < 30, out])
    with pytest.raises(ValueError, match=f"got fold 1 that holds out {out.sum()} of 60 examples"):
        lj.cross_validate(model, lj.Newton(), params, data, folds)


def test_without_values_there_is_nothing_to_choose(make_batch):
    params, data = make_batch(lj.logistic)
    with pytest.raises(ValueError, match="got penalties of shapes"):
        lj.cross_validate(lj.logistic, lj.Newton(), params, data, lj.k_folds(None, 60, 3))
    model = replace(lj.logistic, l2=jnp.ones(2))
    with pytest.raises(ValueError, match=r"folds of shape \(3, 59\)"):
        lj.cross_validate(model, lj.Newton(), params, data, lj.k_folds(None, 59, 3))
