"""A compiled run is the same as its steps, the same as NumPy's, and the same however it is cut."""

import subprocess
import sys
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import logreg_jax as lj

MODELS = (lj.linear, lj.logistic, lj.softmax)


def models(*short):
    """A matrix of the three models, of which those not in `short` are long."""
    marked = [m if m in short else pytest.param(m, marks=pytest.mark.long) for m in MODELS]
    return pytest.mark.parametrize("model", marked, ids=lambda model: model.name)


ADAM = lj.Optax(0.01, optax.adam)


@models(lj.softmax)
def test_scan_is_the_loop(model, make_batch, close):
    params, data = make_batch(model, weighted=True)
    plan = lj.epoch_plan(jax.random.key(0), len(data.y), 20, 3)
    fit = lj.fit(model, ADAM, params, data, plan)
    state, losses = ADAM.init(params), []
    for rows in np.asarray(plan):
        batch = lj.Batch(*(array[rows] for array in data))
        params, state, loss = lj.step(model, ADAM, params, state, batch)
        losses.append(loss)
    close(fit.losses, np.array(losses), scale=5)
    for got, expected in zip(fit.params, params, strict=True):
        close(got, expected, scale=5)


@models(lj.logistic, lj.softmax)
def test_full_batch_is_the_full_batch_plan(model, make_batch, close):
    params, data = make_batch(model)
    one = lj.fit_full_batch(model, ADAM, params, data, 30)
    other = lj.fit(model, ADAM, params, data, lj.full_batch_plan(len(data.y), 30))
    close(one.losses, other.losses, scale=5)
    close(one.params.weights, other.params.weights, scale=5)


@models(lj.softmax)
def test_no_penalty_is_one_of_zero(model, make_batch, close):
    """The number zero is left out of the program, a zero in an array is not."""
    params, data = make_batch(model)
    plan = lj.epoch_plan(jax.random.key(0), len(data.y), 20, 3)
    left_out = lj.fit(model, ADAM, params, data, plan)
    zeros = replace(model, l2=jnp.zeros(()), l1=jnp.zeros(()))
    computed = lj.fit(zeros, ADAM, params, data, plan)
    close(left_out.losses, computed.losses)
    close(left_out.params.weights, computed.params.weights)


@models(lj.softmax)
def test_a_short_batch_is_its_own_mean(model, make_batch, close):
    """The step on [7, 3, padding, padding] is the step on examples 7 and 3."""
    params, data = make_batch(model)
    sgd = lj.Optax(0.1, optax.sgd)
    short = lj.fit(model, sgd, params, data, np.array([[7, 3, -1, -1]]))
    exact = lj.fit(model, sgd, params, data, np.array([[7, 3]]))
    close(short.losses, exact.losses)
    close(short.params.weights, exact.params.weights)


@models(lj.logistic)
def test_zero_weights_leave_examples_out(model, make_batch, close):
    params, data = make_batch(model)
    fold = np.arange(len(data.y)) % 3 != 0
    masked = data._replace(weight=fold.astype("float32"))
    subset = lj.Batch(data.x[fold], data.y[fold])
    one = lj.fit_full_batch(model, ADAM, params, masked, 20)
    other = lj.fit_full_batch(model, ADAM, params, subset, 20)
    close(one.params.weights, other.params.weights, scale=5)
    close(one.losses, other.losses, scale=5)


def test_a_run_in_two_parts_is_the_run(make_batch, close):
    params, data = make_batch(lj.softmax)
    plan = lj.epoch_plan(jax.random.key(0), len(data.y), 16, 4)
    whole = lj.fit(lj.softmax, ADAM, params, data, plan)
    first = lj.fit(lj.softmax, ADAM, params, data, plan[:7])
    second = lj.fit(lj.softmax, ADAM, first.params, data, plan[7:], state=first.state)
    close(second.params.weights, whole.params.weights)
    close(jnp.concatenate([first.losses, second.losses]), whole.losses)


def numpy_training(model, params, data, plan, learning_rate, momentum):
    """Momentum by hand, in NumPy and float64: the gradient of a mean loss is (mean - y) times x."""
    weights, bias = (np.array(p, np.float64) for p in params)
    velocities, losses = [np.zeros_like(weights), np.zeros_like(bias)], []
    for rows in np.asarray(plan):
        x, y = data.x[rows], data.y[rows]
        z = x @ weights.T + bias
        if model.target == "continuous":
            loss, residual = np.mean((z[:, 0] - y) ** 2), 2 * (z - y[:, None])
        elif model.target == "binary":
            loss = np.mean(np.logaddexp(0, z[:, 0]) - y * z[:, 0])
            residual = 1 / (1 + np.exp(-z)) - y[:, None]
        else:
            p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
            loss = -np.mean(np.log(p[np.arange(len(y)), y]))
            residual = p - np.eye(z.shape[1])[y]
        losses.append(loss)
        gradients = residual.T @ x / len(y), residual.mean(axis=0)
        for p, v, g in zip((weights, bias), velocities, gradients, strict=True):
            v[:] = momentum * v + g
            p -= learning_rate * v
    return weights, bias, losses


@pytest.mark.parametrize("batch_size", [60, 15])
@models(*MODELS)
def test_training_is_numpys(model, batch_size, make_batch):
    """Hand-written float64 gradients and updates give the same weights."""
    with jax.enable_x64(True):
        start, data = make_batch(model, dtype="float64")
        plan = lj.epoch_plan(jax.random.key(3), 60, batch_size, 5)
        weights, bias, losses = numpy_training(model, start, data, plan, 0.05, 0.9)
        solver = lj.Optax(0.05, optax.sgd, {"momentum": 0.9})
        fit = lj.fit(model, solver, start, data, plan)
        np.testing.assert_allclose(fit.losses, losses, rtol=1e-9)
        np.testing.assert_allclose(fit.params.weights, weights, rtol=1e-8, atol=1e-10)
        np.testing.assert_allclose(fit.params.bias, bias, rtol=1e-8, atol=1e-10)


def test_losses_are_those_before_each_step(make_batch, close):
    params, data = make_batch(lj.logistic)
    fit = lj.fit_full_batch(lj.logistic, ADAM, params, data, 1)
    close(fit.losses[0], lj.loss(lj.logistic, params, data))


def test_divergence_is_a_value(make_batch):
    params, data = make_batch(lj.linear)
    fit = lj.fit_full_batch(lj.linear, lj.Optax(1e6, optax.sgd), params, data, 50)
    assert not np.isfinite(fit.losses[-1])


def test_fit_composes_with_vmap_over_the_penalty(make_batch, close):
    params, data = make_batch(lj.logistic)
    strengths = jnp.array([0.0, 0.1, 1.0])

    def weights(l2):
        return lj.fit_full_batch(replace(lj.logistic, l2=l2), ADAM, params, data, 20).params.weights

    at_once = jax.vmap(weights)(strengths)
    close(at_once, jnp.stack([weights(l2) for l2 in strengths]), scale=5)


def test_optimisers_that_want_the_value_get_it(make_batch):
    params, data = make_batch(lj.softmax)
    fit = lj.fit_full_batch(lj.softmax, lj.Optax(1.0, _lbfgs), params, data, 30)
    assert fit.losses[-1] < 0.7 * fit.losses[0]


def _lbfgs(learning_rate):
    return optax.lbfgs(learning_rate)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts the peak anew")
@pytest.mark.parametrize(
    "full_batch",
    [pytest.param(False, marks=pytest.mark.long), True],
    ids=["batches", "full batch"],
)
def test_training_takes_little_memory_beside_the_data(full_batch):
    """In a process of its own: the peak while `fit` checks and trains, above what was there before."""
    code = f"""
import re
from pathlib import Path
import jax, numpy as np, optax
import logreg_jax as lj

def kilobytes(name):
    return int(re.search(name + r":\\s+(\\d+)", Path("/proc/self/status").read_text()).group(1))

rng = np.random.default_rng(0)
x, y = rng.standard_normal((60_000, 784), dtype="float32"), rng.integers(0, 10, 60_000)
data = jax.device_put(lj.Batch(x, y))  # 180 MiB
params, plan = lj.init(784, 10), lj.epoch_plan(None, 60_000, 100, 1)
jax.block_until_ready((data, plan))
solver = lj.Optax(1e-3, optax.adam)
for _ in range(2):  # the compiler takes some 70 MiB of its own, the first time
    Path("/proc/self/clear_refs").write_text("5")
    before = kilobytes("VmRSS")
    if {full_batch}:
        fit = lj.fit_full_batch(lj.softmax, solver, params, data, 2)
    else:
        fit = lj.fit(lj.softmax, solver, params, data, plan)
    jax.block_until_ready(fit)
print((kilobytes("VmHWM") - before) / 1024)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 64
