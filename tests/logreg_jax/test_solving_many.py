"""Many problems at once have the solutions of each alone, however early some of them end."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest

import logreg_jax as lj
from logreg_jax import solving_many

L2S = np.logspace(-4, 0, 9).astype("float32")


@pytest.fixture
def problem(make_batch):
    _, data = make_batch(lj.logistic, n=200)
    return replace(lj.logistic, l2=0.01), lj.init(5), data


def agree(many, each, close):
    assert (many.status == lj.Status.CONVERGED).all()
    for field in ("weights", "bias"):
        expected = jnp.stack([getattr(solution.params, field) for solution in each])
        close(getattr(many.params, field), expected, scale=50)


@pytest.mark.long
def test_a_path(problem, close):
    model, params, data = problem
    many = lj.solve_many(replace(model, l2=L2S), lj.LBFGS(), params, data, tol=1e-8)
    each = [lj.solve(replace(model, l2=l2), lj.LBFGS(), params, data, tol=1e-8) for l2 in L2S]
    agree(many, each, close)
    assert len(set(np.asarray(many.steps).tolist())) > 2


def test_folds_targets_and_starts(problem, close):
    model, params, data = problem
    rng = np.random.default_rng(0)
    weight = rng.integers(0, 2, (3, 200)).astype("float32")
    y = rng.integers(0, 2, (3, 200)).astype("int32")
    starts = lj.Params(*(jnp.stack([p, p + 1, p - 1]) for p in params))
    many = lj.solve_many(model, lj.Newton(), starts, lj.Batch(data.x, y, weight), tol=1e-8)
    each = [
        lj.solve(model, lj.Newton(), params, lj.Batch(data.x, y[i], weight[i]), tol=1e-8)
        for i in range(3)
    ]
    agree(many, each, close)


@pytest.mark.long
def test_data_of_its_own_for_each_model(problem, close):
    model, params, data = problem
    x = np.stack([data.x, 2 * data.x, data.x[::-1]])
    many = lj.solve_many(model, lj.Newton(), params, data._replace(x=x), tol=1e-8)
    each = [lj.solve(model, lj.Newton(), params, data._replace(x=one), tol=1e-8) for one in x]
    agree(many, each, close)


@pytest.mark.parametrize(
    ("l2", "data", "message"),
    [
        (0.1, {}, "arrays of one model"),
        (L2S[:0], {}, "no models in model.l2"),
        (-L2S, {}, "no negative penalty"),
        (L2S, {"weight": np.ones((3, 200), "float32")}, "different numbers of models"),
        (L2S[None], {}, "rank 0, or 1"),
        (L2S, {"weight": np.zeros((9, 200), "float32")}, "at least one positive"),
        (L2S, {"y": np.full((9, 200), 2)}, r"y\[0, 0\] = 2"),
    ],
    ids=["nothing", "empty", "negative", "lengths", "rank", "weights", "labels"],
)
def test_what_cannot_be_swept_is_refused(l2, data, message, problem):
    model, params, batch = problem
    with pytest.raises(ValueError, match=message):
        lj.solve_many(replace(model, l2=l2), lj.Newton(), params, batch._replace(**data))


def test_models_that_have_ended_are_dropped_when_half_have(problem, monkeypatch):
    model, params, data = problem
    sizes, advance = [], solving_many._advance_many

    def counted(inputs, scales, run, tol, limit):
        sizes.append(len(run.status))
        return advance(inputs, scales, run, tol, limit)

    monkeypatch.setattr(solving_many, "_advance_many", counted)
    monkeypatch.setattr(solving_many, "_STEPS_PER_ROUND", 1)
    there = lj.solve(model, lj.Newton(), params, data, tol=1e-7).params
    far = np.array([0, 1, 0], "float32")  # two of three are at the minimum when they start
    starts = lj.Params(there.weights[None] + far[:, None, None], there.bias[None] + far[:, None])
    found = lj.solve_many(model, lj.Newton(), starts, data, tol=1e-6)
    assert (found.status == lj.Status.CONVERGED).all()
    assert sizes[0] == 3
    assert set(sizes[1:]) == {1}
    assert found.steps[1] == len(sizes)
