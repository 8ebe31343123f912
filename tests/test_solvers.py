"""The contract of a solver. Every file in `logreg_jax/solvers` is held to it, known to us or not."""

import importlib
import pkgutil
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import logreg_jax as lj
from logreg_jax import solvers

FILES = [m.name for m in pkgutil.iter_modules(solvers.__path__) if m.name != "base"]
CASES = [
    pytest.param(solver, id=f"{name}-{i}")
    for name in FILES
    for i, solver in enumerate(importlib.import_module(f"logreg_jax.solvers.{name}").EXAMPLES)
]
each_solver = pytest.mark.parametrize("solver", CASES)


def test_every_file_has_examples():
    assert FILES
    for name in FILES:
        assert importlib.import_module(f"logreg_jax.solvers.{name}").EXAMPLES, name


@each_solver
def test_hyperparameters_are_leaves_and_functions_are_not(solver):
    leaves = jax.tree.leaves(solver)
    assert leaves
    assert all(np.isscalar(leaf) or hasattr(leaf, "dtype") for leaf in leaves)


@each_solver
def test_a_step_keeps_shapes_and_dtypes(solver, dtype, make_batch):
    params, data = make_batch(lj.softmax, dtype=dtype)
    state = solver.init(params)
    new_params, new_state, loss = lj.step(lj.softmax, solver, params, state, data)
    shapes = jax.tree.map(lambda a: (jnp.shape(a), jnp.result_type(a)), (params, state))
    assert (
        jax.tree.map(lambda a: (jnp.shape(a), jnp.result_type(a)), (new_params, new_state))
        == shapes
    )
    assert loss.shape == ()


@each_solver
def test_the_loss_is_the_one_before_the_step(solver, make_batch, close):
    params, data = make_batch(lj.logistic)
    _, _, loss = lj.step(lj.logistic, solver, params, solver.init(params), data)
    close(loss, lj.loss(lj.logistic, params, data))


@each_solver
@pytest.mark.parametrize("model", [lj.linear, lj.logistic, lj.softmax], ids=lambda m: m.name)
def test_it_learns(solver, model, make_batch):
    params, data = make_batch(model)
    losses = lj.fit_full_batch(model, solver, params, data, 50).losses
    assert losses[-1] < 0.9 * losses[0]


@each_solver
def test_vmapped_hyperparameters_are_a_list_of_fits(solver, make_batch, close):
    params, data = make_batch(lj.logistic)
    factors = (0.5, 1.0)
    variants = [jax.tree.map(partial(_scaled, factor), solver) for factor in factors]
    stacked = jax.tree.map(lambda *leaves: jnp.stack(leaves), *variants)

    def losses(solver):
        return lj.fit_full_batch(lj.logistic, solver, params, data, 10).losses

    close(jax.vmap(losses)(stacked), jnp.stack([losses(s) for s in variants]), scale=5)


def _scaled(factor, leaf):
    return jnp.float32(factor * leaf)
