"""The three losses: right, stable, and with the right gradients."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.test_util import check_grads
from scipy.special import expit, log_softmax
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler

import logreg_jax as lj
from logreg_jax._xla.halving import LONG_ROWS

MODELS = (lj.linear, lj.logistic, lj.softmax)
each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)


def numpy_example_losses(model, params, batch):
    """The textbook formulas in float64, written without the library's identities."""
    weights, bias = (np.asarray(p, np.float64) for p in params)
    z = np.asarray(batch.x, np.float64) @ weights.T + bias
    y = np.asarray(batch.y)
    if model.target == "continuous":
        return (z[:, 0] - y) ** 2
    if model.target == "binary":
        p = expit(z[:, 0])
        return -y * np.log(p) - (1 - y) * np.log(1 - p)
    return -log_softmax(z, axis=1)[np.arange(len(y)), y]


@each_model
@pytest.mark.parametrize("weighted", [False, True])
def test_loss_is_the_textbooks(model, weighted, dtype, make_batch, close):
    params, batch = make_batch(model, dtype=dtype, weighted=weighted)
    model = replace(model, l2=0.3)
    expected = np.average(numpy_example_losses(model, params, batch), weights=batch.weight)
    expected += 0.15 * np.sum(np.asarray(params.weights, np.float64) ** 2)
    got = lj.loss(model, params, batch)
    assert got.dtype == dtype
    close(got, expected)


@each_model
def test_gradient_is_the_numerical_one(model, make_batch):
    with jax.enable_x64(True):
        params, batch = make_batch(model, dtype="float64", weighted=True)
        model = replace(model, l2=0.1)
        check_grads(lambda p: lj.loss(model, p, batch), (params,), 1, modes=["rev"])


@pytest.mark.parametrize("y", [0, 1])
@pytest.mark.parametrize("z", [1e4, -1e4, 0.0])
def test_logistic_loss_is_stable_at_any_score(z, y, dtype, close):
    def loss(z):
        return lj.logistic.example_loss(z[None, None], jnp.array([y]))[0]

    z = jnp.asarray(z, dtype)
    close(loss(z), np.logaddexp(0, float(z)) - y * float(z))
    close(jax.grad(loss)(z), expit(float(z)) - y)


@pytest.mark.parametrize("y", [0, 1, 2])
def test_softmax_loss_is_stable_at_any_score(y, dtype, close):
    scores = jnp.asarray([1e4, -1e4, 0.0], dtype)

    def loss(z):
        return lj.softmax.example_loss(z[None], jnp.array([y]))[0]

    close(loss(scores), [0.0, 2e4, 1e4][y])
    close(jax.grad(loss)(scores), np.array([1.0, 0, 0]) - np.eye(3)[y])


def test_logistic_keeps_the_digits_of_a_small_loss():
    loss = lj.logistic.example_loss(jnp.array([[30.0]]), jnp.array([1]))
    np.testing.assert_allclose(loss, np.exp(-30.0), rtol=1e-5)


@pytest.mark.parametrize("outputs", [pytest.param(2, marks=pytest.mark.long), 7])
def test_softmax_of_long_rows_is_that_of_short_ones(outputs):
    """Losses, slopes and curvatures, with scores that overflow an exponential among them."""
    with jax.enable_x64(True):
        rng = np.random.default_rng(0)
        scores, along = rng.normal(size=(2, LONG_ROWS + 5, outputs)) * 100
        y = jnp.asarray(rng.integers(outputs, size=len(scores)))

        def all_of(scores, along, y):
            def slopes(scores):
                losses, vjp = jax.vjp(lambda z: lj.softmax.example_loss(z, y), scores)
                return vjp(jnp.ones_like(losses))[0], losses

            slopes, hvp, losses = jax.jvp(slopes, (scores,), (along,), has_aux=True)
            return losses, slopes, hvp

        halves = slice(None, LONG_ROWS // 2), slice(LONG_ROWS // 2, None)
        short = [all_of(scores[half], along[half], y[half]) for half in halves]
        expected = jax.tree.map(lambda *parts: np.concatenate(parts), *short)
        for one, other in zip(all_of(scores, along, y), expected, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)


def test_softmax_with_two_classes_is_logistic(dtype, make_batch, close):
    params, batch = make_batch(lj.logistic, dtype=dtype)
    # scores (0, z) and z give the same probabilities
    two = lj.Params(*(jnp.concatenate([jnp.zeros_like(p), p]) for p in params))
    close(lj.loss(lj.softmax, two, batch), lj.loss(lj.logistic, params, batch))
    p_softmax = lj.predict(lj.softmax, two, batch.x)[:, 1]
    close(p_softmax, lj.predict(lj.logistic, params, batch.x))


@each_model
def test_a_sample_weight_is_a_repetition(model, make_batch, close):
    params, batch = make_batch(model)
    times = np.random.default_rng(1).integers(0, 4, len(batch.y))
    repeated = lj.Batch(np.repeat(batch.x, times, axis=0), np.repeat(batch.y, times))
    weighted = batch._replace(weight=times.astype("float32"))
    close(lj.loss(model, params, weighted), lj.loss(model, params, repeated))


def test_the_bias_is_not_penalised(make_batch):
    params, batch = make_batch(lj.logistic)
    gradient = jax.grad(lambda l2: lj.loss(replace(lj.logistic, l2=l2), params, batch))(0.5)
    np.testing.assert_allclose(gradient, 0.5 * jnp.sum(params.weights**2), rtol=1e-6)


@pytest.mark.parametrize("penalty", [pytest.param(1e-3, marks=pytest.mark.long), 1e-1])
def test_scikit_learns_solutions_are_our_optima(penalty):
    with jax.enable_x64(True):
        x, y = load_breast_cancer(return_X_y=True)
        x = StandardScaler().fit_transform(x)
        # C weighs the sum of the losses: C = 1 / (n l2)
        theirs = LogisticRegression(C=1 / (len(y) * penalty), tol=1e-12, max_iter=10_000).fit(x, y)
        assert gradient_norm(lj.logistic, penalty, theirs.coef_, theirs.intercept_, x, y) < 1e-6

        x, y = load_diabetes(return_X_y=True)
        # Ridge has the sum of squares and alpha |w|^2: alpha = n l2 / 2
        theirs = Ridge(alpha=len(y) * penalty / 2, tol=1e-12).fit(x, y)
        assert gradient_norm(lj.linear, penalty, theirs.coef_, theirs.intercept_, x, y) < 1e-6


def gradient_norm(model, penalty, coef, intercept, x, y):
    params = lj.Params(jnp.atleast_2d(coef), jnp.atleast_1d(intercept))
    gradient = jax.grad(lambda p: lj.loss(replace(model, l2=penalty), p, lj.Batch(x, y)))(params)
    return max(float(jnp.abs(g).max()) for g in gradient)


@each_model
def test_init_gives_zeros_of_the_shapes_asked_for(model, dtype):
    params = lj.init(4, 3, dtype=dtype)
    assert params.weights.shape == (3, 4)
    assert params.bias.shape == (3,)
    assert params.weights.dtype == params.bias.dtype == dtype
    assert not any(p.any() for p in params)


def test_a_model_of_ones_own(close):
    """Poisson regression: the functions are the model."""
    poisson = lj.Model("poisson", "continuous", lambda z, y: jnp.exp(z[:, 0]) - y * z[:, 0],
                       lambda z: jnp.exp(z[:, 0]))  # fmt: skip
    params = lj.Params(jnp.array([[2.0]]), jnp.array([1.0]))
    close(lj.predict(poisson, params, np.array([[0.5]], "float32")), [np.exp(2.0)])
    batch = lj.Batch(np.array([[0.5]], "float32"), np.array([3.0]))
    close(lj.loss(poisson, params, batch), np.exp(2.0) - 6)
