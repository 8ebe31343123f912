"""The training's loss and gradient are those of `loss`, however many blocks they come from."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import logreg_jax as lj
from logreg_jax import _objective
from logreg_jax._objective import batch_loss, full_batch_loss

MODELS = [replace(model, l2=0.1) for model in (lj.linear, lj.logistic, lj.softmax)]
OBJECTIVES = [batch_loss, full_batch_loss]


@pytest.fixture(params=[60, 59, 7], ids=lambda rows: f"{rows} rows")
def blocks(request, monkeypatch):
    """Blocks of so many of the 60 rows; of some the last is shorter."""
    monkeypatch.setattr(_objective, "_block_rows", lambda x: min(len(x), request.param))


@pytest.mark.parametrize("weighted", [False, True], ids=["equal", "weighted"])
@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.name)
@pytest.mark.parametrize("objective", OBJECTIVES, ids=["batch", "full batch"])
def test_value_and_gradient_are_those_of_the_loss(
    objective, model, weighted, blocks, dtype, make_batch, close
):
    params, batch = make_batch(model, dtype=dtype, weighted=weighted)
    value, gradient = jax.jit(jax.value_and_grad(objective, argnums=1))(model, params, batch)
    expected, slope = jax.value_and_grad(lj.loss, argnums=1)(model, params, batch)
    close(value, expected, scale=3)
    close(gradient.weights, slope.weights, scale=5)
    close(gradient.bias, slope.bias, scale=5)
    close(objective(model, params, batch), expected)


@pytest.mark.parametrize("objective", OBJECTIVES, ids=["batch", "full batch"])
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


@pytest.mark.parametrize("mode", [jax.grad, jax.jacfwd], ids=["reverse", "forward"])
@pytest.mark.parametrize(
    ("family", "full_batch"),
    [(lj.softmax, False), (lj.softmax, True), (lj.logistic, True)],
    ids=["batches", "full batch", "full batch by columns"],
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


def test_a_block_is_small_on_a_cpu_and_everything_elsewhere(monkeypatch):
    x = jax.ShapeDtypeStruct((60_000, 784), jnp.dtype("float32"))
    assert 2_000 < _objective._block_rows(x) < 3_000
    monkeypatch.setattr(jax, "default_backend", lambda: "gpu")
    assert _objective._block_rows(x) == 60_000


def test_only_a_narrow_x_is_read_by_columns(monkeypatch):
    one, three = lj.init(20), lj.init(20, 3)
    x = jnp.arange(4_000.0).reshape(200, 20)
    by_columns = _objective.by_columns
    np.testing.assert_array_equal(by_columns(one, x), x.T)
    assert by_columns(three, x) is None
    assert by_columns(lj.init(40), jnp.zeros((100, 40))) is None
    assert by_columns(one, jnp.zeros((10_000, 20))) is None
    monkeypatch.setattr(jax, "default_backend", lambda: "gpu")
    assert by_columns(one, x) is None
