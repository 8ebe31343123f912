"""All combinations before a sweep, the best model after it."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import optax
import pytest

import logreg_jax as lj


@pytest.fixture
def swept(make_batch):
    params, data = make_batch(lj.softmax, n=90)
    train = lj.Batch(data.x[:60], data.y[:60])
    held_out = lj.Batch(data.x[60:], data.y[60:])
    rates = np.array([1e-3, 1e-1, np.nan, 0.5], "float32")
    solver = lj.Optax(rates, optax.sgd)
    return lj.sweep_full_batch(lj.softmax, solver, params, train, 20), held_out


METRICS = [(lj.log_loss, np.nanargmin), (lj.accuracy, np.nanargmax)]


@pytest.mark.parametrize(("metric", "choose"), METRICS, ids=["log_loss", "accuracy"])
def test_the_best_model_is_the_one_with_the_best_metric(metric, choose, swept):
    found, held_out = swept
    one_by_one = [
        float(metric(lj.softmax, lj.Params(*(p[i] for p in found.params)), held_out))
        if i != 2
        else np.nan
        for i in range(4)
    ]
    winner = lj.best(lj.softmax, found, held_out, metric)
    assert winner.model_index == choose(one_by_one)
    assert winner.value == pytest.approx(one_by_one[winner.model_index], rel=1e-5)
    np.testing.assert_array_equal(winner.params.weights, found.params.weights[winner.model_index])
    assert winner.values["learning_rate"] == found.values["learning_rate"][winner.model_index]


def test_a_diverged_model_is_not_accurate_by_predicting_class_0(make_batch):
    params, data = make_batch(lj.logistic)
    data = data._replace(y=(np.arange(60) % 10 == 0).astype("int32"))
    weights = jnp.stack([-params.weights, params.weights * np.nan])
    found = lj.Sweep({}, lj.Params(weights, jnp.zeros((2, 1))), None, jnp.zeros((2, 1)))
    assert lj.best(lj.logistic, found, data, lj.accuracy).model_index == 0


def test_every_model_can_have_held_out_examples_of_its_own(swept):
    found, held_out = swept
    masks = np.eye(4, 30, dtype="float32") + np.eye(4, 30, 7, dtype="float32")
    values = lj.evaluate(lj.softmax, found.params, held_out._replace(weight=masks), lj.log_loss)
    for i in (0, 1, 3):
        alone = held_out._replace(weight=masks[i])
        params = lj.Params(*(p[i] for p in found.params))
        assert values[i] == pytest.approx(float(lj.log_loss(lj.softmax, params, alone)), rel=1e-5)


def test_a_metric_of_ones_own_says_which_way_it_goes(swept):
    found, held_out = swept

    def error_rate(model, params, batch):
        return 1 - lj.accuracy(model, params, batch)

    with pytest.raises(
        ValueError, match="got the metric error_rate without greater_is_better; expected"
    ):
        lj.best(lj.softmax, found, held_out, error_rate)
    winner = lj.best(lj.softmax, found, held_out, error_rate, greater_is_better=False)
    assert winner.model_index == lj.best(lj.softmax, found, held_out, lj.accuracy).model_index


def test_nothing_is_best_of_diverged_models(swept):
    found, held_out = swept
    broken = found._replace(params=lj.Params(*(p * jnp.nan for p in found.params)))
    with pytest.raises(ValueError, match="got NaN from all 4 models; expected at least one"):
        lj.best(lj.softmax, broken, held_out, lj.log_loss)


def test_penalised_models_are_evaluated_without_their_penalty(swept):
    found, held_out = swept
    model = replace(lj.softmax, l2=np.arange(4.0, dtype="float32"))
    plain = lj.evaluate(lj.softmax, found.params, held_out, lj.log_loss)
    np.testing.assert_array_equal(lj.evaluate(model, found.params, held_out, lj.log_loss), plain)


@pytest.mark.parametrize("values", [{}, {"l2": []}, {"l2": 0.1}, {"l2": [[0.1]]}], ids=str)
def test_a_grid_needs_values(values):
    with pytest.raises(ValueError, match=r"got .*; expected .* Pass"):
        lj.grid(**values)
