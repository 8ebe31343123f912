"""Under the user's own `jit`, `vmap` and `grad`: what works, what is checked, and what is refused."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import logreg_jax as lj

SGD = lj.Optax(0.1, optax.sgd)
MODEL = replace(lj.logistic, l2=0.1)


@pytest.fixture
def problem(make_batch):
    params, data = make_batch(lj.logistic)
    return params, data, np.arange(20).reshape(2, 10)


def training(model, params, data, plan):
    return lj.fit(model, SGD, params, data, plan).params


def full_batch(model, params, data, plan):
    return lj.fit_full_batch(model, SGD, params, data, 2).params


def solve(model, params, data, plan):
    return lj.solve(model, lj.Newton(), params, data, tol=1e-5).params


def many(model, params, data, plan):
    swept = replace(model, l2=[0.1, 0.2])
    return lj.sweep(swept, SGD, params, data, plan, models_at_once=1).params


CALLS = [training, full_batch, solve, many]


@pytest.mark.parametrize(
    "call",
    [training, solve, *(pytest.param(c, marks=pytest.mark.long) for c in (full_batch, many))],
)
def test_jit_over_arrays_that_it_closes_over(call, problem, close):
    params, data, plan = problem
    data = jax.device_put(data)
    found = jax.jit(lambda params: call(MODEL, params, data, plan))(params)
    close(found.weights, call(MODEL, params, data, plan).weights, scale=5)


@pytest.mark.parametrize("call", CALLS)
def test_what_jit_closes_over_is_checked(call, problem):
    params, data, plan = problem
    for changes, message in [
        ({"x": data.x * np.nan}, r"got x\[0, 0\] = nan"),
        ({"y": data.y + 1}, r"got y\[\d+\] = 2"),
        ({"weight": -np.ones(60)}, "got weights from -1.0"),
    ]:
        bad = data._replace(**changes)
        with pytest.raises(ValueError, match=message):
            jax.jit(lambda p, bad=bad: call(MODEL, p, bad, plan))(params)
        # What is traced has no values; beside it the rest is checked.
        traced = jax.device_put(data.x)
        if "x" not in changes:
            with pytest.raises(ValueError, match=message):
                jax.jit(lambda x, bad=bad: call(MODEL, params, bad._replace(x=x), plan))(traced)


def test_losses_and_metrics_check_what_they_close_over(problem):
    params, data, _ = problem
    for function in (lj.loss, lj.accuracy, lj.log_loss):
        for changed in (data._replace(y=data.y + 1), data._replace(weight=-np.ones(60))):
            with pytest.raises(ValueError, match=r"got .* expected"):
                jax.jit(lambda p, f=function, bad=changed: f(MODEL, p, bad))(params)


REFUSED = {
    "solve_many": lambda p, d: lj.solve_many(
        replace(MODEL, l2=jnp.ones(2)), lj.Newton(), p, d
    ),
    "cross_validate": lambda p, d: lj.cross_validate(
        replace(MODEL, l2=jnp.ones(2)), lj.Newton(), p, d, lj.k_folds(None, 60, 3)
    ),
    "certificate": lambda p, d: lj.certificate(MODEL, p, d).gap,
    "sample_weights": lambda p, d: lj.sample_weights("balanced", d.y),
    "grid": lambda p, d: lj.grid(l2=p.bias),
    "best": lambda p, d: lj.best(
        MODEL, lj.Sweep({}, jax.tree.map(lambda a: a[None], p), None, p.weights), d, lj.log_loss
    ).value,
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_functions_that_decide_in_python_say_so(name, problem):
    params, data, _ = problem
    message = f"got a traced call of {name}; expected arrays whose values are known"
    data = jax.device_put(data)
    with pytest.raises(TypeError, match=message):
        jax.jit(REFUSED[name])(params, data)
    with pytest.raises(TypeError, match=message):
        jax.jit(lambda: REFUSED[name](params, data))()


def test_tolerances_and_step_limits_may_be_traced(problem):
    params, data, _ = problem
    solve = lambda tol, limit: lj.solve(MODEL, lj.Newton(), params, data, tol=tol, max_steps=limit)
    assert jax.jit(solve)(1e-5, 1).steps == 1


def test_derivatives_that_there_are_not(problem):
    """Second derivatives were wrong without a word, forward mode named JAX's custom rule."""
    params, data, _ = problem

    def weight(l2):
        found = lj.solve(replace(MODEL, l2=l2), lj.Newton(), params, data, tol=1e-5)
        return found.params.weights[0, 0]

    for second in (jax.hessian(weight), jax.grad(jax.grad(weight))):
        with pytest.raises(TypeError, match="got a second derivative of a solve; expected first"):
            second(0.1)
    with pytest.raises(TypeError, match="got a forward-mode derivative of a solve"):
        jax.jacfwd(weight)(0.1)
    assert jnp.isfinite(jax.grad(weight)(0.1))
