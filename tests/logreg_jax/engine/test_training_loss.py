"""The training's loss and gradient are those of `loss`, however many blocks they come from."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import logreg_jax as lj
from logreg_jax._engine.training_loss import batch_loss, full_batch_loss
from logreg_jax._xla import blocks

LONG = pytest.mark.long
MODELS = [replace(model, l2=0.1) for model in (lj.linear, lj.logistic, lj.softmax)]


@pytest.mark.parametrize(
    "weighted", [pytest.param(False, marks=LONG), True], ids=["equal", "weighted"]
)
@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.name)
@pytest.mark.parametrize(
    ("objective", "rows"),
    [
        pytest.param(batch_loss, 60, id="batch"),
        pytest.param(full_batch_loss, 60, id="full batch, one block", marks=LONG),
        pytest.param(full_batch_loss, 7, id="full batch, blocks of seven"),
    ],
)
def test_value_and_gradient_are_those_of_the_loss(
    objective, rows, model, weighted, dtype, make_batch, close, monkeypatch
):
    """60 examples of 5 features; with blocks of seven rows the first block has four."""
    monkeypatch.setattr(blocks, "FULL_BATCH_BLOCK_BYTES", rows * 5 * dtype.itemsize)
    params, batch = jax.tree.map(jnp.asarray, make_batch(model, dtype=dtype, weighted=weighted))
    value, gradient = jax.jit(jax.value_and_grad(objective, argnums=1))(model, params, batch)
    expected, slope = jax.value_and_grad(lj.loss, argnums=1)(model, params, batch)
    close(value, expected, scale=3)
    close(gradient.weights, slope.weights, scale=5)
    close(gradient.bias, slope.bias, scale=5)
    close(objective(model, params, batch), expected)


@pytest.mark.parametrize(
    "objective",
    [pytest.param(batch_loss, marks=LONG), full_batch_loss],
    ids=["batch", "full batch"],
)
def test_every_other_derivative_is_that_of_the_loss_too(objective, make_batch, close):
    model = MODELS[2]
    params, batch = make_batch(model, weighted=True)
    batch = jax.tree.map(jnp.asarray, batch)

    def along_everything(function):
        def of(l2, params, x, weight):
            return function(replace(model, l2=l2), params, lj.Batch(x, batch.y, weight))

        arguments = (jnp.float32(0.1), params, batch.x, batch.weight)
        return jax.jvp(of, arguments, jax.tree.map(jnp.ones_like, arguments))

    for got, expected in zip(along_everything(objective), along_everything(lj.loss), strict=True):
        close(got, expected, scale=5)
    hessian = jax.hessian(lambda bias: objective(model, params._replace(bias=bias), batch))
    expected = jax.hessian(lambda bias: lj.loss(model, params._replace(bias=bias), batch))
    close(hessian(params.bias), expected(params.bias), scale=5)


@pytest.mark.parametrize(
    "mode",
    [jax.grad, pytest.param(jax.jacfwd, marks=LONG)],
    ids=["reverse", "forward"],
)
@pytest.mark.parametrize(
    ("family", "full_batch"),
    [
        pytest.param(lj.softmax, False, id="batches"),
        pytest.param(lj.softmax, True, id="full batch", marks=LONG),
        pytest.param(lj.logistic, True, id="full batch by columns"),
    ],
)
def test_a_whole_training_can_be_differentiated(mode, family, full_batch, make_batch):
    with jax.enable_x64(True):
        params, data = make_batch(family, dtype="float64")
        data = jax.tree.map(jnp.asarray, data)
        plan = lj.epoch_plan(jax.random.key(0), 60, 16, 2)

        def trained(l2, rate, scale):
            model, solver = replace(family, l2=l2), lj.Optax(rate, optax.sgd)
            scaled = data._replace(x=scale * data.x)
            if full_batch:
                fit = lj.fit_full_batch(model, solver, params, scaled, 5)
            else:
                fit = lj.fit(model, solver, params, scaled, plan)
            return lj.loss(family, fit.params, data)

        at, tiny = np.array([0.1, 0.05, 1.0]), 1e-6
        for i, derivative in enumerate(mode(trained, argnums=(0, 1, 2))(*at)):
            step = tiny * np.eye(3)[i]
            central = (trained(*(at + step)) - trained(*(at - step))) / (2 * tiny)
            assert float(derivative) == pytest.approx(float(central), rel=1e-6)


def test_a_line_search_asks_for_the_value_alone(make_batch):
    params, data = make_batch(lj.softmax)
    fit = lj.fit_full_batch(lj.softmax, lj.Optax(1.0, line_search), params, data, 10)
    assert fit.losses[-1] < 0.9 * fit.losses[0]


def line_search(learning_rate):
    return optax.chain(optax.sgd(learning_rate), optax.scale_by_backtracking_linesearch(15))
