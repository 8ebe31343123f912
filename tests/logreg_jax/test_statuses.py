"""A status says how a solve ended, and whether the data is separable."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer

import logreg_jax as lj
from logreg_jax._engine.run import is_separable

NEWTON = lj.Newton()


@pytest.fixture
def problem(make_batch):
    """A well-posed logistic regression."""
    _, data = make_batch(lj.logistic, n=200)
    return replace(lj.logistic, l2=0.01), lj.init(5), data


def test_statuses_say_how_it_ended(problem):
    model, params, data = problem
    status = lambda model=model, data=data, **options: (
        lj.solve(model, NEWTON, params, data, check_values=False, **options).status
    )
    assert status() == lj.Status.CONVERGED
    assert status(max_steps=1) == lj.Status.MAX_STEPS
    assert status(tol=1e-30) == lj.Status.PRECISION_LIMIT
    assert status(data=data._replace(x=data.x * np.nan)) == lj.Status.DIVERGED
    assert status(model=replace(model, l2=0.0)) == lj.Status.NOT_CERTIFIABLE
    separable = data._replace(y=(data.x[:, 0] > 0).astype("int32"))
    assert status(model=replace(model, l2=0.0), data=separable) == lj.Status.SEPARABLE


@pytest.fixture(scope="module")
def tumours():
    """breast_cancer, features standardised in float32."""
    x, y = load_breast_cancer(return_X_y=True)
    return ((x - x.mean(0)) / x.std(0)).astype("float32"), y.astype("int32")


def test_the_limit_of_a_dtype_is_no_failure(tumours):
    """With features of size 1e6 float32 can bound nothing, yet finds the minimum, as float64 shows."""
    x, y = tumours
    model, data = replace(lj.logistic, l2=1e-3), lj.Batch(1e6 * x, y)
    found = lj.solve(model, NEWTON, lj.init(30), data)
    assert found.status == lj.Status.PRECISION_LIMIT
    assert found.steps > 0
    certain = lj.certificate(model, found.params, data)
    assert certain.gap < 1e-6 * certain.loss < 1e-6 * lj.loss(model, lj.init(30), data)


@pytest.mark.parametrize(
    "solver",
    [
        NEWTON,
        *(
            pytest.param(solver, marks=pytest.mark.long)
            for solver in (lj.LBFGS(), lj.SubsampledNewton(), lj.Proximal(), lj.WorkingSet())
        ),
    ],
    ids=lambda solver: type(solver).__name__,
)
@pytest.mark.parametrize("unit", [2.0**20, 2.0**-20])
def test_a_solver_does_not_depend_on_the_unit_of_the_features(solver, unit, tumours):
    x, y = tumours
    solved = []
    for size in (1.0, unit):
        model = replace(lj.logistic, l2=1e-3 * size**2)
        solved.append(lj.solve(model, solver, lj.init(30), lj.Batch(size * x, y)))
    one, other = solved
    assert one.status == other.status == lj.Status.CONVERGED
    assert abs(int(one.steps) - int(other.steps)) <= 1
    np.testing.assert_allclose(unit * other.params.weights, one.params.weights, atol=1e-3)


def test_separable_data_is_a_property_of_the_model(problem):
    """A logistic loss of one's own says so, too; a loss without the property never does."""
    _, params, data = problem
    own = lj.Model(
        "own logistic", "binary", lambda z, y: jnp.logaddexp(0, (1 - 2 * y) * z[:, 0]),
        lambda z: jax.nn.sigmoid(z[:, 0]), curvature=(0.0, 0.25), separable_below=np.log(2),
    )  # fmt: skip
    separable = data._replace(y=(data.x[:, 0] > 0).astype("int32"))
    status = lambda model, data: lj.solve(model, NEWTON, params, data).status
    assert status(own, separable) == lj.Status.SEPARABLE
    assert status(own, data) == lj.Status.NOT_CERTIFIABLE
    assert status(replace(own, separable_below=None), separable) != lj.Status.SEPARABLE
    # half the loss is below log 2 at once, which says nothing: its own number is half of log 2
    half = replace(own, example_loss=lambda z, y: own.example_loss(z, y) / 2)
    assert status(replace(half, separable_below=np.log(2) / 2), data) == lj.Status.NOT_CERTIFIABLE


def test_an_example_on_the_boundary_is_on_neither_side(problem, dtype):
    """Its loss is log 2 up to rounding, and never below the number less its margin."""
    for model in (lj.logistic, lj.softmax):
        loss = jnp.asarray(np.log(2), dtype) * (1 - 4 * jnp.finfo(dtype).eps)
        assert not is_separable(model, loss)
        assert is_separable(model, 0.999 * loss)
    assert not is_separable(lj.linear, jnp.zeros((), dtype))
