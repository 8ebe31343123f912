"""The contract of a solver. Every file in `logreg_jax/solvers` is held to it, known to us or not."""

import importlib
import pkgutil
from dataclasses import replace
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import logreg_jax as lj
from logreg_jax import solvers
from logreg_jax._problem import make_problem

FILES = [m.name for m in pkgutil.iter_modules(solvers.__path__) if m.name != "base"]
EXAMPLES = {
    f"{name}-{i}": solver
    for name in FILES
    for i, solver in enumerate(importlib.import_module(f"logreg_jax.solvers.{name}").EXAMPLES)
}
MODELS = (lj.linear, lj.logistic, lj.softmax)


def cases(contract):
    found = [pytest.param(s, id=name) for name, s in EXAMPLES.items() if isinstance(s, contract)]
    return pytest.mark.parametrize("solver", found)


each_file = pytest.mark.parametrize("solver", EXAMPLES.values(), ids=EXAMPLES.keys())
each_solver = cases(lj.Solver)
each_full_batch_solver = cases(lj.FullBatchSolver)
each_model = pytest.mark.parametrize("model", MODELS, ids=lambda m: m.name)


def test_every_file_has_examples():
    assert FILES
    for name in FILES:
        assert importlib.import_module(f"logreg_jax.solvers.{name}").EXAMPLES, name


@each_file
def test_hyperparameters_are_leaves_and_functions_are_not(solver):
    leaves = jax.tree.leaves(solver)
    assert leaves
    assert all(np.isscalar(leaf) or hasattr(leaf, "dtype") for leaf in leaves)


@each_file
def test_it_is_for_batches_or_for_all_examples(solver):
    assert isinstance(solver, lj.Solver) != isinstance(solver, lj.FullBatchSolver)


@each_solver
def test_a_step_keeps_shapes_and_dtypes(solver, dtype, make_batch):
    params, data = make_batch(lj.softmax, dtype=dtype)
    state = solver.init(params)
    new_params, new_state, loss = lj.step(lj.softmax, solver, params, state, data)
    assert described((new_params, new_state)) == described((params, state))
    assert loss.shape == ()


@each_solver
def test_the_loss_is_the_one_before_the_step(solver, make_batch, close):
    params, data = make_batch(lj.logistic)
    _, _, loss = lj.step(lj.logistic, solver, params, solver.init(params), data)
    close(loss, lj.loss(lj.logistic, params, data))


@each_solver
@each_model
def test_it_learns(solver, model, make_batch):
    params, data = make_batch(model)
    losses = lj.fit_full_batch(model, solver, params, data, 50).losses
    assert losses[-1] < 0.9 * losses[0]


@each_solver
def test_vmapped_hyperparameters_are_a_list_of_fits(solver, make_batch, close):
    params, data = make_batch(lj.logistic)
    factors = (0.5, 1.0)
    variants = [jax.tree.map(partial(scaled, factor), solver) for factor in factors]
    stacked = jax.tree.map(lambda *leaves: jnp.stack(leaves), *variants)

    def losses(solver):
        return lj.fit_full_batch(lj.logistic, solver, params, data, 10).losses

    close(jax.vmap(losses)(stacked), jnp.stack([losses(s) for s in variants]), scale=5)


# Further examples of a file are variants: one model is enough, since compiling takes the time here.
FITS = [
    pytest.param(solver, model, id=f"{name}-{model.name}")
    for name, solver in EXAMPLES.items()
    for model in (MODELS if name.endswith("-0") else MODELS[:1])
    if isinstance(solver, lj.FullBatchSolver)
]


@pytest.mark.parametrize(("solver", "model"), FITS)
def test_it_fits_a_model_or_says_why_not(solver, model, make_batch):
    params, data = make_batch(model)
    fits = [penalised(model, l1) for l1 in (0.0, 0.1) if not solver.unsuited(penalised(model, l1))]
    for unfit in {0.0, 0.1} - {float(model.l1) for model in fits}:
        with pytest.raises(ValueError, match="expected a solver that fits"):
            lj.solve(penalised(model, unfit), solver, params, data)
    for fit in fits[-1:]:  # with the l1 penalty, if the solver takes one
        solution = lj.solve(fit, solver, params, data, tol=1e-5, max_steps=300)
        assert solution.status == lj.Status.CONVERGED
        assert solution.gap <= 1e-5 * lj.loss(fit, solution.params, data)


@each_full_batch_solver
def test_an_iteration_keeps_shapes_and_dtypes(solver, dtype, make_batch):
    model = penalised(next(m for m in MODELS if not solver.unsuited(m)), 0.0)
    params, data = make_batch(model, dtype=dtype)
    data = jax.tree.map(jnp.asarray, data)

    def iterate(params, data):
        problem = make_problem(model, params, data)
        point = problem.evaluate(params)
        state = solver.init(problem, params)
        renewed = solver.renew(problem, params, state)
        return (point, state), renewed, solver.iterate(problem, point, state)

    old, renewed, (point, state, estimate) = jax.eval_shape(iterate, params, data)
    assert described(renewed) == described(old[1])
    assert described((point, state)) == described(old)
    assert described(estimate) == described(point.value)
    assert point.value.dtype == dtype


def penalised(model, l1):
    return replace(model, l2=0.1, l1=l1)


def described(tree):
    return jax.tree.map(lambda a: (jnp.shape(a), jnp.result_type(a)), tree)


def scaled(factor, leaf):
    return jnp.float32(factor * leaf)
