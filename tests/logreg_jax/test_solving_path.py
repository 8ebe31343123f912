"""A path is a list of solves, whatever the order, and one program."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import logreg_jax as lj

L2S = np.array([1e-3, 1e-1, 1e-4, 1e-2, 1e-2, 1.0], "float32")  # in no order, one of them twice
CASES = [
    pytest.param(lj.logistic, lj.LBFGS(), 0.0, id="LBFGS"),
    pytest.param(
        lj.softmax, lj.LBFGS(memory=3, rows=0), 0.0, id="LBFGS softmax", marks=pytest.mark.long
    ),
    pytest.param(lj.logistic, lj.Newton(), 0.0, id="Newton", marks=pytest.mark.long),
    pytest.param(
        lj.logistic,
        lj.SubsampledNewton(rows=50),
        0.0,
        id="SubsampledNewton",
        marks=pytest.mark.long,
    ),
    pytest.param(lj.linear, lj.NormalEquations(), 0.0, id="NormalEquations"),
    pytest.param(lj.softmax, lj.Proximal(), 0.02, id="Proximal", marks=pytest.mark.long),
    pytest.param(lj.logistic, lj.WorkingSet(), 0.02, id="WorkingSet", marks=pytest.mark.long),
]


@pytest.mark.parametrize(("model", "solver", "l1"), CASES)
def test_each_value_is_solved_as_alone(model, solver, l1, make_batch, close):
    _, data = make_batch(model, n=200, weighted=True)
    start, tol = lj.init(5, 3 if model is lj.softmax else 1), 1e-6
    swept = replace(model, l1=l1)
    found = lj.solve_path(replace(swept, l2=L2S), solver, start, data, tol=tol)
    assert (found.status == lj.Status.CONVERGED).all()
    for i, l2 in enumerate(L2S):
        alone = lj.solve(replace(swept, l2=l2), solver, start, data, tol=tol)
        here = lj.Params(found.params.weights[i], found.params.bias[i])
        value = lj.loss(replace(swept, l2=l2), here, data)
        assert found.gap[i] <= tol * value * 1.01
        close(value, lj.loss(replace(swept, l2=l2), alone.params, data))
        # a relative gap of 1e-6 leaves a thousandth in the weights, more where they are hardly curved
        close(here.weights, alone.params.weights, scale=1000)


def test_l1_makes_weights_exactly_zero_along_the_path(make_batch):
    _, data = make_batch(lj.logistic, n=200)
    l1s = np.array([1.0, 1e-1, 1e-3], "float32")
    model = replace(lj.logistic, l1=l1s, l2=l1s)
    found = lj.solve_path(model, lj.WorkingSet(), lj.init(5), data)
    nonzero = (found.params.weights != 0).sum(axis=(1, 2))
    assert nonzero[0] == 0
    assert nonzero[2] == 5


def test_steps_of_a_path_are_fewer(make_batch):
    _, data = make_batch(lj.logistic, n=200, weighted=True)
    model = replace(lj.logistic, l1=0.0, l2=np.logspace(-2, -1, 6).astype("float32"))
    path = lj.solve_path(model, lj.LBFGS(), lj.init(5), data)
    alone = [lj.solve(replace(model, l2=l2), lj.LBFGS(), lj.init(5), data) for l2 in model.l2]
    assert path.steps.sum() < 0.6 * sum(solution.steps for solution in alone)


def test_each_value_has_its_status(make_batch):
    _, data = make_batch(lj.logistic)
    separable = data._replace(y=(data.x[:, 0] > 0).astype("int32"))
    model = replace(lj.logistic, l2=np.array([0.0, 0.1, 1e-3], "float32"))
    run = lambda data, **options: lj.solve_path(
        model, lj.Newton(), lj.init(5), data, check_values=False, **options
    ).status.tolist()
    converged = lj.Status.CONVERGED
    assert run(separable) == [lj.Status.SEPARABLE, converged, converged]
    assert run(separable, tol=1e-7, max_steps=1)[2] == lj.Status.MAX_STEPS
    assert set(run(data._replace(x=data.x * np.nan))) == {lj.Status.DIVERGED}


@pytest.mark.long
def test_vmap_over_folds_and_derivatives(make_batch, close):
    _, data = make_batch(lj.logistic)
    train = jnp.asarray(~np.asarray(lj.k_folds(None, 60, 3)), "float32")
    model = replace(lj.logistic, l2=L2S)

    def weights(l2, weight):
        fold = data._replace(weight=weight)
        swept = replace(model, l2=l2)
        return lj.solve_path(swept, lj.Newton(), lj.init(5), fold, tol=1e-7).params.weights

    both = jax.vmap(weights, (None, 0))(model.l2, train)
    close(both, jnp.stack([weights(L2S, fold) for fold in train]), scale=100)
    by_l2 = jax.grad(lambda l2: jnp.sum(weights(l2, train[0]) ** 2))(jnp.asarray(L2S))
    assert (by_l2 < 0).all()


@pytest.mark.parametrize("several", ["l2", pytest.param("l1", marks=pytest.mark.long)])
def test_without_l1_no_bound_for_it_is_computed(several, make_batch):
    """Not even where each fold has penalties of its own, as its number of examples asks for."""
    calls = []

    def conjugate(dual, y):
        # at a dual of zero, once for each problem, it gives the lowest loss
        jax.debug.callback(lambda bound: calls.append(bool(bound)), jnp.any(dual != 0))
        return lj.logistic.conjugate(dual, y)

    _, data = make_batch(lj.logistic)
    model, solver = replace(lj.logistic, conjugate=conjugate), lj.WorkingSet()
    path = lambda values: lj.solve_path(
        replace(model, **{several: values}), solver, lj.init(5), data, tol=1e-3
    )
    found = jax.jit(jax.vmap(path))(jnp.array([[1e-1, 1e-2], [1e-2, 1e-1]]))
    jax.effects_barrier()
    assert (found.status == lj.Status.CONVERGED).all()
    assert any(calls) == (several == "l1")


@pytest.mark.parametrize(
    ("penalties", "message"),
    [
        ({}, "shapes"),
        ({"l2": L2S[:0]}, "at least one"),
        ({"l2": -L2S}, "no negative penalty"),
        ({"l2": L2S, "l1": L2S[:2]}, "the same"),
        ({"l2": L2S[None]}, "shapes"),
    ],
    ids=["nothing", "empty", "negative", "lengths", "rank"],
)
def test_what_is_no_path_is_refused(penalties, message, make_batch):
    params, data = make_batch(lj.logistic)
    with pytest.raises(ValueError, match=message):
        lj.solve_path(replace(lj.logistic, **penalties), lj.WorkingSet(), params, data)
