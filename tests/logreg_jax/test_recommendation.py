"""The recommended solver: the rules of docs/solvers.md, and a solver that can do the task."""

from dataclasses import replace

import jax
import numpy as np
import pytest

import logreg_jax as lj

L2, L1 = {"l2": 1e-3}, {"l2": 1e-3, "l1": 1e-3}
RULES = [
    # many examples and few, one output
    (lj.logistic, L2, (500_000, 28), "LBFGS"),
    (lj.logistic, L2, (455, 30), "LBFGS"),
    # many small models
    (lj.logistic, L2, (500, 20, 1, 1_000), "Newton"),
    (lj.logistic, {"l2": np.float32([0.1, 0.2])}, (500, 20, 1, 2), "Newton"),
    (lj.logistic, L2, (500, 50_000, 1, 1_000), "LBFGS"),
    # classes
    (lj.softmax, L2, (60_000, 784, 10), "SubsampledNewton"),
    (lj.softmax, L2, (1_437, 64, 10), "LBFGS"),
    (lj.softmax, L2, (50_000, 512, 100), "LBFGS"),
    (lj.softmax, L2, (60_000, 784, 10, 50), "LBFGS"),
    # l1
    (lj.logistic, L1, (200, 7_000), "WorkingSet"),
    (lj.logistic, {"l1": np.float32([0.1, 0.0])}, (200, 7_000, 1, 2), "WorkingSet"),
    (lj.linear, L1, (200, 7_000, 3), "WorkingSet"),
    (lj.softmax, L1, (1_437, 64, 10), "Proximal"),
    # squares
    (lj.linear, L2, (442, 10), "NormalEquations"),
    (lj.linear, {}, (442, 10), "NormalEquations"),
    (lj.linear, L2, (200, 7_000), "LBFGS"),
]


@pytest.mark.parametrize(("model", "penalties", "sizes", "expected"), RULES)
def test_it_is_the_rule_of_the_docs_and_supports_the_model(model, penalties, sizes, expected):
    model = replace(model, **penalties)
    solver = lj.recommended_solver(model, *sizes)
    assert type(solver).__name__ == expected
    assert solver.unsupported(model) is None


def test_a_model_that_no_solver_supports_is_refused():
    model = lj.Model("mine", "multiclass", lj.softmax.example_loss, lj.softmax.inverse_link, l1=0.1)
    with pytest.raises(ValueError, match="expected a solver that supports it"):
        lj.recommended_solver(model, 100, 5, 3)


def test_an_l1_that_is_traced_counts_as_one():
    """Every solver that is recommended for it supports zero, too."""
    found = []

    @jax.jit
    def choose(l1):
        found.append(lj.recommended_solver(replace(lj.logistic, l1=l1), 100, 5))
        return l1

    choose(0.0)
    assert found == [lj.WorkingSet()]


def test_what_it_returns_solves(make_batch):
    params, data = make_batch(lj.logistic)
    model = replace(lj.logistic, l2=0.1)
    solution = lj.solve(model, lj.recommended_solver(model, *data.x.shape), params, data)
    assert solution.status == lj.Status.CONVERGED
