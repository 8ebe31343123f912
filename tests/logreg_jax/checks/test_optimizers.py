"""Schedules as learning rates, which optax takes where it takes a number."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from jax.tree_util import Partial

import logreg_jax as lj

STEPS = 12
COSINE = optax.cosine_decay_schedule(0.1, STEPS)


def inverse_time(rate, count):
    return rate / (1 + count)


@pytest.fixture
def problem(make_batch):
    params, data = make_batch(lj.softmax)
    return lj.softmax, params, data


@pytest.mark.parametrize("make", [optax.sgd, pytest.param(optax.adam, marks=pytest.mark.long)])
def test_a_schedule_is_followed(make, problem, close):
    """As by optax itself, step by step."""
    model, params, data = problem
    fit = lj.fit_full_batch(model, lj.Optax(COSINE, make), params, data, STEPS)
    optimizer, losses = make(COSINE), []
    state = optimizer.init(params)
    data = jax.device_put(data)

    @jax.jit
    def step(params, state):
        value, gradient = jax.value_and_grad(lambda p: lj.loss(model, p, data))(params)
        updates, state = optimizer.update(gradient, state, params)
        return optax.apply_updates(params, updates), state, value

    for _ in range(STEPS):
        params, state, value = step(params, state)
        losses.append(value)
    close(fit.losses, np.array(losses), scale=5)
    close(fit.params.weights, params.weights, scale=5)


def test_a_run_in_two_parts_goes_on_with_the_schedule(problem, close):
    model, params, data = problem
    solver = lj.Optax(COSINE, optax.sgd)
    whole = lj.fit_full_batch(model, solver, params, data, STEPS)
    half = lj.fit_full_batch(model, solver, params, data, 6)
    rest = lj.fit_full_batch(model, solver, half.params, data, 6, state=half.state)
    close(jnp.concatenate([half.losses, rest.losses]), whole.losses)


def test_the_numbers_of_a_partial_are_swept(problem, close):
    model, params, data = problem
    rates = np.array([0.1, 0.3], "float32")
    sweep = lambda rate: lj.Optax(Partial(inverse_time, rate), optax.sgd)
    found = lj.sweep_full_batch(model, sweep(rates), params, data, 5)
    for i, rate in enumerate(rates):
        alone = lj.fit_full_batch(model, sweep(rate), params, data, 5)
        close(found.losses[i], alone.losses, scale=5)


def test_a_schedule_is_no_leaf_and_compares_by_identity():
    solver = lj.Optax(COSINE, optax.sgd, {"momentum": 0.9})
    assert jax.tree.leaves(solver) == [0.9]
    doubled = jax.tree.map(lambda leaf: 2 * leaf, solver)
    assert doubled.learning_rate.func is COSINE
    assert jax.tree.structure(solver) == jax.tree.structure(
        lj.Optax(COSINE, optax.sgd, {"momentum": 1})
    )
