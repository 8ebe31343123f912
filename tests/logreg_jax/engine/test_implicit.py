"""Derivatives of a minimum are what finite differences of solutions say."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import logreg_jax as lj

OF_ALL = [("l2", ()), ("x", (3, 0)), ("weight", (7,))]


def gradient_cases():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((60, 5))
    classes, real = rng.integers(0, 3, 60), x[:, 0] + rng.standard_normal(60)
    yield pytest.param(
        lj.logistic,
        lj.Newton(),
        0.0,
        1,
        x,
        classes % 2,
        OF_ALL,
        id="logistic",
        marks=pytest.mark.long,
    )
    yield pytest.param(
        lj.softmax, lj.Newton(), 0.0, 3, x, classes, OF_ALL, id="softmax", marks=pytest.mark.long
    )
    entries = [*OF_ALL, ("l1", ()), ("y", (5,))]
    yield pytest.param(lj.linear, lj.WorkingSet(), 0.2, 1, x, real, entries, id="elastic net")


@pytest.mark.parametrize(
    ("model", "solver", "l1", "outputs", "x", "y", "entries"), list(gradient_cases())
)
def test_derivatives_of_the_minimum_are_finite_differences(
    model, solver, l1, outputs, x, y, entries
):
    def of_solution(changed):
        at = given | changed
        data = lj.Batch(at["x"], at["y"], at["weight"])
        start = lj.init(5, outputs, dtype="float64")
        here = replace(model, l2=at["l2"], l1=at["l1"])
        fit = lj.solve(here, solver, start, data, tol=1e-15)
        return jnp.sum(jnp.sin(fit.params.weights))

    with jax.enable_x64(True):
        given = {"l2": 0.1, "l1": l1, "x": x, "y": y, "weight": np.ones(60)}
        # classes have no derivative, and an l1 that must be known to be zero stays a number
        changed = {name: jnp.asarray(given[name], jnp.float64) for name, _ in entries}
        gradients = jax.grad(of_solution)(changed)
        for name, index in entries:
            up, down = (
                of_solution(changed | {name: changed[name].at[index].add(e)}) for e in (1e-5, -1e-5)
            )
            numeric = (up - down) / 2e-5
            np.testing.assert_allclose(gradients[name][index], numeric, rtol=1e-5, atol=1e-9)
