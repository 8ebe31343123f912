"""The contract of a solver, which every solver class in a file of `logreg_jax/solvers` keeps.

A new file is found by its name. A class whose hyperparameters all have defaults is tested with them; other
instances are in a table.
"""

import importlib
import inspect
import pkgutil
from dataclasses import replace
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import logreg_jax as lj
from logreg_jax import solvers
from logreg_jax._engine.problem import make_problem

# What needs arguments, and hyperparameters that take another way through the code.
VARIANTS = {
    "Optax sgd": lj.Optax(0.1, optax.sgd),
    "Optax momentum": lj.Optax(0.1, optax.sgd, {"momentum": 0.9}),
    "Optax adam": lj.Optax(0.01, optax.adam),
    "LBFGS identity": lj.LBFGS(memory=5, rows=0, fraction=0.9),
    "NormalEquations damped": lj.NormalEquations(damping=1e-3),
    "Proximal short": lj.Proximal(iterations=5, safety=1.2),
    "SubsampledNewton 32": lj.SubsampledNewton(rows=32),
    "WorkingSet 2": lj.WorkingSet(size=2),
    "WorkingSet inexact": lj.WorkingSet(accuracy=1e-2),
}
CONTRACTS = (lj.Solver, lj.FullBatchSolver)
MODELS = (lj.linear, lj.logistic, lj.softmax)


def solver_classes():
    """Each public solver class with the name of its file."""
    for file in pkgutil.iter_modules(solvers.__path__):
        module = importlib.import_module(f"logreg_jax.solvers.{file.name}")
        for name, value in vars(module).items():
            own = getattr(value, "__module__", None) == module.__name__
            if own and inspect.isclass(value) and not name.startswith("_"):
                yield file.name, value


def takes_no_arguments(cls):
    return all(p.default is not p.empty for p in inspect.signature(cls).parameters.values())


DEFAULTS = {cls.__name__: cls() for _, cls in solver_classes() if takes_no_arguments(cls)}
INSTANCES = DEFAULTS | VARIANTS


def cases(contract):
    found = [pytest.param(s, id=name) for name, s in INSTANCES.items() if isinstance(s, contract)]
    return pytest.mark.parametrize("solver", found)


each_instance = pytest.mark.parametrize("solver", INSTANCES.values(), ids=INSTANCES.keys())
each_solver = cases(lj.Solver)
each_full_batch_solver = cases(lj.FullBatchSolver)


def test_every_file_has_a_solver_and_every_solver_is_tested():
    tested = {type(solver) for solver in INSTANCES.values()}
    files = {file.name for file in pkgutil.iter_modules(solvers.__path__)}
    assert files == {file for file, _ in solver_classes()}
    assert {cls for _, cls in solver_classes()} == tested


@each_instance
def test_hyperparameters_are_leaves_and_functions_are_not(solver):
    leaves = jax.tree.leaves(solver)
    assert leaves
    assert all(np.isscalar(leaf) or hasattr(leaf, "dtype") for leaf in leaves)


@each_instance
def test_it_is_for_batches_or_for_all_examples(solver):
    assert sum(isinstance(solver, contract) for contract in CONTRACTS) == 1


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


LEARNERS = [
    pytest.param(solver, model, id=f"{name}-{model.name}", marks=marks)
    for name, solver in INSTANCES.items()
    if isinstance(solver, lj.Solver)
    for model in MODELS
    for marks in [() if model is lj.softmax else pytest.mark.long]
]


@pytest.mark.parametrize(("solver", "model"), LEARNERS)
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


# One model is enough for a variant, since compiling takes the time here; the first that a solver supports,
# softmax before the others, is enough by default.
SOLVES = [
    pytest.param(solver, model, id=f"{name}-{model.name}", marks=marks)
    for name, solver in INSTANCES.items()
    if isinstance(solver, lj.FullBatchSolver)
    for model in (MODELS if name in DEFAULTS else MODELS[:1])
    for first in [next(m for m in reversed(MODELS) if not solver.unsupported(m))]
    for short in [model is first or solver.unsupported(model) or name not in DEFAULTS]
    for marks in [() if short else pytest.mark.long]
]


@pytest.mark.parametrize(("solver", "model"), SOLVES)
def test_it_solves_a_model_or_says_why_not(solver, model, make_batch):
    params, data = make_batch(model)
    models = [penalised(model, l1) for l1 in (0.0, 0.1)]
    supported = [model for model in models if not solver.unsupported(model)]
    for unsupported in models[len(supported) :]:
        with pytest.raises(ValueError, match="expected a solver that supports it"):
            lj.solve(unsupported, solver, params, data)
    for model in supported[-1:]:  # with the l1 penalty, if the solver supports one
        solution = lj.solve(model, solver, params, data, tol=1e-5, max_steps=300)
        assert solution.status == lj.Status.CONVERGED
        assert solution.gap <= 1e-5 * lj.loss(model, solution.params, data)


@each_full_batch_solver
def test_an_iteration_keeps_shapes_and_dtypes(solver, dtype, make_batch):
    model = penalised(next(m for m in MODELS if not solver.unsupported(m)), 0.0)
    params, data = make_batch(model, dtype=dtype)
    data = jax.tree.map(jnp.asarray, data)

    def iterate(params, data):
        problem = make_problem(model, params, data, jnp.zeros_like(params.weights[0]))
        point = problem.evaluate(params)
        state = solver.init(problem, params)
        warm = solver.warm_start(problem, params, state)
        return (point, state), warm, solver.iterate(problem, point, state)

    old, warm, (point, state, estimate) = jax.eval_shape(iterate, params, data)
    assert described(warm) == described(old[1])
    assert described((point, state)) == described(old)
    assert described(estimate) == described(point.value)
    assert point.value.dtype == dtype


def penalised(model, l1):
    return replace(model, l2=0.1, l1=l1)


def described(tree):
    return jax.tree.map(lambda a: (jnp.shape(a), jnp.result_type(a)), tree)


def scaled(factor, leaf):
    return jnp.float32(factor * leaf)
