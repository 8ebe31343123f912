"""Penalties and learning rates of any numeric kind: lists, float64 beside float32 data, integers."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import logreg_jax as lj

VALUES = np.logspace(-2, 0, 3)  # float64
NEWTON = lj.Newton()


@pytest.fixture
def problem(make_batch):
    _, data = make_batch(lj.logistic)
    return lj.logistic, lj.init(5), data


def solved(function, penalties, problem):
    model, params, data = problem
    return function(replace(model, l2=penalties), NEWTON, params, data)


@pytest.mark.long
@pytest.mark.parametrize("function", [lj.solve_path, lj.solve_many])
def test_float64_penalties_beside_float32_data_are_cast(function, problem, close):
    expected = solved(function, VALUES.astype("float32"), problem).params
    with jax.enable_x64(True):
        found = solved(function, VALUES, problem).params
    assert found.weights.dtype == np.float32
    close(found.weights, expected.weights, scale=100)


def test_a_float64_penalty_beside_float32_data_is_cast(problem, close):
    expected = solved(lj.solve, VALUES.astype("float32")[0], problem).params
    with jax.enable_x64(True):
        found = [
            solved(lj.solve, kind(VALUES[0]), problem).params for kind in (np.float64, jnp.asarray)
        ]
    for params in found:
        assert params.weights.dtype == np.float32
        close(params.weights, expected.weights, scale=100)


def test_float64_hyperparameters_train_float32_data(problem, close):
    model, params, data = problem
    plan = lj.epoch_plan(None, 60, 20, 2)

    def swept(values):
        solver = lj.Optax(values, optax.adam, {"b1": values[0]})
        return lj.sweep(replace(model, l2=values), solver, params, data, plan)

    expected = swept(VALUES.astype("float32"))
    with jax.enable_x64(True):
        found = swept(VALUES)
        one = lj.fit(replace(model, l2=VALUES[0]),
            lj.Optax(VALUES[0], optax.adam, {"b1": VALUES[0]}), params, data, plan)  # fmt: skip
        loss = lj.loss(replace(model, l2=VALUES[0]), params, data)
    assert found.losses.dtype == one.losses.dtype == loss.dtype == np.float32
    close(found.params.weights, expected.params.weights, scale=5)
    close(one.losses, expected.losses[0], scale=5)


def test_lists_are_swept(problem, close):
    model, params, data = problem
    sweep = lambda model, solver: lj.sweep_full_batch(model, solver, params, data, 3)
    expected = sweep(
        replace(model, l2=np.array([0.1, 0.2, 0.3], "float32")),
        lj.Optax(np.array([0.1, 0.2, 0.3], "float32"), optax.sgd, {"momentum": 0.9}),
    )
    for values in ([0.1, 0.2, 0.3], (0.1, 0.2, 0.3)):
        solver = lj.Optax([0.1, 0.2, 0.3], optax.sgd, {"momentum": [0.9] * 3})
        found = sweep(replace(model, l2=values), solver)
        assert set(found.values) == {"l2", "learning_rate", "momentum"}
        close(found.params.weights, expected.params.weights)
    path = solved(lj.solve_path, [1, 2], problem)
    close(path.params.weights, solved(lj.solve_path, np.float32([1, 2]), problem).params.weights)


@pytest.mark.long
def test_a_penalty_that_needs_no_change_is_the_one_given(problem):
    """A path's best value is found again in the values that were given."""
    model, params, data = problem
    folds = lj.k_folds(None, 60, 3)
    found = lj.cross_validate(replace(model, l2=VALUES), NEWTON, params, data, folds)
    assert found.model.l2 == VALUES[found.best]
