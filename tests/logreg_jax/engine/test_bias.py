"""The second derivatives by the bias are those of autodiff, up to its rounding of small probabilities."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import logreg_jax as lj
from logreg_jax._engine import bias
from logreg_jax._engine.problem import make_problem


@pytest.mark.parametrize("size", [1.0, 30.0], ids=["undecided", "certain"])
def test_the_product_for_softmax_is_what_autodiff_gives(size, dtype, make_batch, monkeypatch):
    made = make_batch(lj.softmax, outputs=4, dtype=dtype, weighted=True)
    params, data = jax.tree.map(jnp.asarray, made)
    problem = make_problem(lj.softmax, params, data, jnp.zeros(5, dtype))
    scores = size * problem.scores(params)
    product = bias._hessian(problem, scores)
    monkeypatch.setattr(bias, "SUMMED_HESSIANS", {})
    columns = bias._hessian(problem, scores)
    eps = jnp.finfo(dtype).eps
    np.testing.assert_allclose(product, columns, rtol=100 * eps, atol=4 * eps * jnp.max(product))
    # The bias of all classes may move together.
    assert jnp.max(jnp.abs(product.sum(axis=1))) <= 4 * eps * jnp.max(jnp.abs(product))


def test_no_class_takes_a_pass_of_its_own(make_batch, monkeypatch):
    def columns():
        jaxpr = jax.make_jaxpr(lambda scores: bias._hessian(problem, scores))(scores)
        return any(eqn.primitive.name == "scan" for eqn in jaxpr.eqns)

    params, data = jax.tree.map(jnp.asarray, make_batch(lj.softmax))
    problem, scores = make_problem(lj.softmax, params, data, jnp.zeros(5)), jnp.zeros((3, 60))
    assert not columns()
    monkeypatch.setattr(bias, "SUMMED_HESSIANS", {})
    assert columns()
