"""Solves multiply at the full precision of their dtype, many at once like a single one."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import pytest

import logreg_jax as lj

CASES = [(lj.linear, lj.NormalEquations()), (lj.logistic, lj.Newton()), (lj.logistic, lj.LBFGS())]


@pytest.mark.parametrize(
    ("model", "solver"), CASES, ids=lambda value: getattr(value, "name", type(value).__name__)
)
def test_every_product_of_many_solves_is_of_highest_precision(model, solver, make_batch):
    """Products in rules of `vmap`, too, which are traced where the context has ended."""
    params, data = jax.tree.map(jnp.asarray, make_batch(model))

    def solve(y, weight):
        here = data._replace(y=y, weight=weight)
        return lj.solve(replace(model, l2=0.1), solver, params, here).gap

    arguments = jnp.stack([data.y] * 2), jnp.ones((2, len(data.y)))
    text = jax.jit(jax.vmap(solve)).lower(*arguments).as_text()
    products = [line for line in text.splitlines() if "stablehlo.dot_general" in line]
    assert len(products) > 5
    assert [line for line in products if "precision = [HIGHEST, HIGHEST]" not in line] == []
