"""Metrics agree with scikit-learn's, with and without sample weights."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn import metrics as theirs

import logreg_jax as lj

CASES = [
    (lj.accuracy, lj.logistic, lambda y, p, w: theirs.accuracy_score(y, p > 0.5, sample_weight=w)),
    (lj.accuracy, lj.softmax,
     lambda y, p, w: theirs.accuracy_score(y, p.argmax(axis=1), sample_weight=w)),
    (lj.log_loss, lj.logistic, lambda y, p, w: theirs.log_loss(y, p, sample_weight=w)),
    (lj.log_loss, lj.softmax,
     # rows of float32 probabilities sum to 1 only almost, and scikit-learn minds
     lambda y, p, w: theirs.log_loss(y, p / p.sum(axis=1, keepdims=True), sample_weight=w)),
    (lj.mean_squared_error, lj.linear,
     lambda y, p, w: theirs.mean_squared_error(y, p, sample_weight=w)),
    (lj.r2, lj.linear, lambda y, p, w: theirs.r2_score(y, p, sample_weight=w)),
]  # fmt: skip


@pytest.mark.parametrize(("metric", "model", "reference"), CASES)
@pytest.mark.parametrize("weighted", [False, True])
def test_a_metric_is_scikit_learns(metric, model, reference, weighted, dtype, make_batch, close):
    params, batch = make_batch(model, dtype=dtype, weighted=weighted)
    prediction = np.asarray(lj.predict(model, params, batch.x), np.float64)
    close(metric(model, params, batch), reference(batch.y, prediction, batch.weight), scale=3)


def test_log_loss_stays_finite_where_the_probability_is_zero(close):
    params = lj.Params(jnp.array([[1.0]]), jnp.array([0.0]))
    batch = lj.Batch(np.array([[1e4]], "float32"), np.array([0]))
    close(lj.log_loss(lj.logistic, params, batch), 1e4)


def test_a_metric_scores_many_models_at_once(make_batch, close):
    _, batch = make_batch(lj.logistic)
    many = lj.Params(jnp.ones((7, 1, 5)) * jnp.arange(7.0)[:, None, None], jnp.zeros((7, 1)))
    at_once = jax.vmap(lambda params: lj.accuracy(lj.logistic, params, batch))(many)
    one_by_one = [lj.accuracy(lj.logistic, lj.Params(*p), batch) for p in zip(*many, strict=True)]
    close(at_once, np.array(one_by_one))


@pytest.mark.parametrize(
    ("metric", "model"),
    [(lj.accuracy, lj.linear), (lj.log_loss, lj.linear), (lj.mean_squared_error, lj.softmax),
     (lj.r2, lj.logistic)],
)  # fmt: skip
def test_a_metric_refuses_the_wrong_kind_of_target(metric, model, make_batch):
    with pytest.raises(ValueError, match=r"got .* expected .* Use "):
        metric(model, *make_batch(model))


@pytest.mark.parametrize("size", [1e-30, 1e37])
@pytest.mark.parametrize(("metric", "model", "_"), CASES)
def test_the_size_of_sample_weights_does_not_matter(metric, model, _, size, make_batch, close):
    """Not even where their sum, or that of their products, is beyond the largest number."""
    params, batch = make_batch(model, weighted=True)
    scaled = batch._replace(weight=(size * batch.weight).astype("float32"))
    close(metric(model, params, scaled), float(metric(model, params, batch)), scale=3)
