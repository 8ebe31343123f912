"""What compiles anew is a property that users pay for: new numbers must not."""

from dataclasses import replace

import jax
import numpy as np
import optax
import pytest

import logreg_jax as lj
from logreg_jax import solving


@pytest.fixture
def compilations():
    """A list that grows by one with every program that XLA compiles."""
    seen = []

    def listen(event: str, seconds: float, **details) -> None:
        if event == "/jax/core/compile/backend_compile_duration":
            seen.append(details.get("fun_name", event))

    jax.monitoring.register_event_duration_secs_listener(listen)
    yield seen
    jax.monitoring.unregister_event_duration_listener(listen)


@pytest.fixture
def run(make_batch):
    params, data = make_batch(lj.softmax)
    plans = [lj.epoch_plan(jax.random.key(k), len(data.y), 16, 2) for k in range(2)]

    def fit(l2=0.1, learning_rate=0.1, momentum=0.9, plan=0, shift=0.0):
        solver = lj.Optax(learning_rate, optax.sgd, {"momentum": momentum})
        shifted = data._replace(x=data.x + np.float32(shift))
        lj.fit(replace(lj.softmax, l2=l2), solver, params, shifted, plans[plan])
        return lj.fit_full_batch(replace(lj.softmax, l2=l2), solver, params, shifted, 3)

    return fit


def test_the_first_call_compiles(run, compilations):
    jax.clear_caches()
    run()
    assert compilations


@pytest.mark.parametrize(
    "change",
    [{}, {"l2": 0.5}, {"learning_rate": 0.01}, {"momentum": 0.5}, {"plan": 1}, {"shift": 1.0}],
    ids=str,
)
def test_new_numbers_compile_nothing(change, run, compilations):
    run()
    compilations.clear()
    run(**change)
    assert compilations == []


@pytest.mark.parametrize("none", [0, 0.0])
def test_no_penalty_is_a_program_of_its_own(none, run, compilations):
    run()
    run(l2=0.0)
    compilations.clear()
    run(l2=none)
    run()
    assert compilations == []
    jax.clear_caches()
    run(l2=none)
    compilations.clear()
    run()
    assert compilations


def test_a_new_shape_compiles(make_batch, run, compilations):
    run()
    compilations.clear()
    params, data = make_batch(lj.softmax, n=31)
    lj.fit_full_batch(lj.softmax, lj.Optax(0.1, optax.sgd), params, data, 3)
    assert compilations


@pytest.fixture
def run_sweep(make_batch):
    params, data = make_batch(lj.softmax)
    plan = lj.epoch_plan(jax.random.key(0), len(data.y), 16, 2)

    def sweep(l2=(0.0, 0.1), learning_rate=0.1, shift=0.0, models_at_once=None):
        model = replace(lj.softmax, l2=np.asarray(l2, "float32"))
        solver = lj.Optax(np.full(len(l2), learning_rate, "float32"), optax.sgd)
        shifted = data._replace(x=data.x + np.float32(shift))
        options = {"models_at_once": models_at_once, "progress": lambda *_: None}
        lj.sweep(model, solver, params, shifted, plan, **options)
        return lj.sweep_full_batch(model, solver, params, shifted, 3, **options)

    return sweep


@pytest.mark.parametrize(
    "change", [{}, {"l2": (1.0, 2.0)}, {"learning_rate": 0.01}, {"shift": 1.0}], ids=str
)
def test_a_second_sweep_compiles_nothing(change, run_sweep, compilations):
    run_sweep()
    compilations.clear()
    run_sweep(**change)
    assert compilations == []


def test_the_parts_of_a_sweep_share_one_program(run_sweep, compilations):
    run_sweep(l2=(0.0, 0.1, 0.2))  # the checks of values, which see the whole
    compilations.clear()
    run_sweep(l2=(0.0, 0.1, 0.2), models_at_once=1)
    assert sum("train" in name for name in compilations) == 2  # along the plan, and full batch


@pytest.fixture
def solve(make_batch):
    params, data = make_batch(lj.logistic)

    def run(l2=0.1, tol=1e-6, max_steps=100, start=0.0, fraction=0.5):
        model, solver = replace(lj.logistic, l2=l2), lj.LBFGS(fraction=fraction)
        moved = params._replace(bias=params.bias + np.float32(start))
        lj.solve(model, solver, moved, data, tol=tol, max_steps=max_steps)

    return run


@pytest.mark.parametrize(
    "change",
    [{}, {"l2": 0.5}, {"tol": 1e-3}, {"max_steps": 7}, {"start": 1.0}, {"fraction": 0.3}],
    ids=str,
)
def test_solving_with_new_numbers_compiles_nothing(change, solve, compilations):
    solve()
    compilations.clear()
    solve(**change)
    assert compilations == []


@pytest.mark.parametrize(
    "solver", [lj.LBFGS(), lj.Proximal(), lj.WorkingSet()], ids=lambda solver: type(solver).__name__
)
def test_no_l1_is_a_smaller_program_that_finds_the_same(solver, make_batch, close, monkeypatch):
    params, data = make_batch(lj.logistic)
    found, sizes = [], []
    compiled = solving._solve

    def count(*arguments):
        sizes.append(len(compiled.lower(*arguments).as_text()))
        return compiled(*arguments)

    monkeypatch.setattr(solving, "_solve", count)
    for l1 in (0.0, np.float32(0)):  # the second one is an operand, which may be any number
        model = replace(lj.logistic, l2=0.1, l1=l1)
        found.append(lj.solve(model, solver, params, data))
    assert sizes[0] < 0.8 * sizes[1]
    assert (found[0].status, found[0].steps) == (found[1].status, found[1].steps)
    close(found[0].params.weights, found[1].params.weights)
    close(found[0].gap, found[1].gap, scale=100)


def test_a_path_is_one_program_for_all_its_values(make_batch, compilations):
    params, data = make_batch(lj.logistic)
    folds = lj.k_folds(jax.random.key(0), len(data.y), 3)

    def run(factor=1.0, tol=1e-4):
        model = replace(lj.logistic, l2=np.float32(factor) * np.logspace(-3, 0, 7, dtype="float32"))
        lj.cross_validate(model, lj.Newton(), params, data, folds, tol=tol)
        return lj.solve_path(model, lj.Newton(), params, data, tol=tol)

    jax.clear_caches()
    run()
    assert sum("path" in name for name in compilations) == 1
    assert sum("solve_folds" in name for name in compilations) == 1
    compilations.clear()
    for change in ({}, {"factor": 2.0}, {"tol": 1e-3}):
        run(**change)
        assert compilations == [], change
