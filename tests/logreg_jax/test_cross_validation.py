"""Cross-validation is the loop over values and folds."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import log_loss, mean_squared_error
from sklearn.model_selection import KFold, ShuffleSplit, StratifiedKFold, TimeSeriesSplit

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


@pytest.fixture
def path(make_batch):
    _, data = make_batch(lj.logistic)
    return replace(lj.logistic, l2=np.float32([0.01, 0.1])), lj.init(5), data


SPLITTERS = [
    ShuffleSplit(2, test_size=0.3, train_size=0.3, random_state=0),
    *(
        pytest.param(splitter, marks=pytest.mark.long)
        for splitter in (KFold(3), StratifiedKFold(3), TimeSeriesSplit(3))
    ),
]
EXACT = {"tol": 1e-6}


@pytest.mark.parametrize("splitter", SPLITTERS, ids=lambda splitter: type(splitter).__name__)
def test_splitters_of_scikit_learn_say_what_each_fold_trains_on(splitter, path, close):
    """Also where it is not all that is not held out."""
    model, params, data = path
    found = lj.cross_validate(model, lj.Newton(), params, data, splitter, **EXACT)
    splits = list(splitter.split(data.x, data.y))
    assert found.scores.shape == (2, len(splits))
    for fold, (train, test) in enumerate(splits):
        alone = lj.solve(
            replace(model, l2=model.l2[0]), lj.Newton(), params,
            data._replace(weight=np.isin(np.arange(60), train).astype("float32")), **EXACT,
        ).params  # fmt: skip
        held_out = lj.Batch(data.x[test], data.y[test])
        close(found.scores[0, fold], lj.log_loss(model, alone, held_out), scale=200)


def test_folds_are_the_same_in_each_form(path):
    model, params, data = path
    run = lambda folds: lj.cross_validate(model, lj.Newton(), params, data, folds, **EXACT).scores
    splits = list(KFold(3).split(data.x))
    masks = np.array([np.isin(np.arange(60), test) for _, test in splits])
    expected = run(masks)
    forms = {
        "lists": masks.tolist(),
        "splits": splits,
        "generator": KFold(3).split(data.x),
        "lists of indices": [[train.tolist(), test.tolist()] for train, test in splits],
        "pairs of masks": [(~mask, mask) for mask in masks],
        "a tuple": tuple(splits),
    }
    for name, folds in forms.items():
        np.testing.assert_array_equal(run(folds), expected, err_msg=name)
