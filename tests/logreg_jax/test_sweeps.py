"""A sweep is the list of its fits, whatever is swept, in one program or in parts."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import logreg_jax as lj
from logreg_jax._engine import memory
from logreg_jax._engine.axes import Inputs, axes_of, select
from logreg_jax.sweeps import _train_models

NUMBER = 4
RNG = np.random.default_rng(1)
RATES = np.array([0.01, 0.03, 0.1, 0.2], "float32")
STRENGTHS = np.array([0.0, 0.01, 0.1, 1.0], "float32")


def sgd(learning_rate=0.05):
    return lj.Optax(learning_rate, optax.sgd)


def make_inputs(make_batch, model, swept):
    """Inputs of a sweep over the arrays named in `swept`, and the plan."""
    params, data = make_batch(model)
    n = len(data.y)
    solver, plan = sgd(), lj.epoch_plan(jax.random.key(0), n, 16, 2)
    if "l2" in swept:
        model = replace(model, l2=STRENGTHS)
    if "learning_rate" in swept:
        solver = replace(solver, learning_rate=RATES)
    if "momentum" in swept:
        solver = replace(solver, hyperparameters={"momentum": STRENGTHS / 2})
    if "start" in swept:
        params = jax.tree.map(lambda p: jnp.stack([i * p for i in range(NUMBER)]), params)
    if "plan" in swept:
        keys = jax.random.split(jax.random.key(1), NUMBER)
        plan = jnp.stack([lj.epoch_plan(key, n, 16, 2) for key in keys])
    if "fold" in swept:
        data = data._replace(weight=(np.arange(n) % NUMBER != np.arange(NUMBER)[:, None]) * 1.0)
    if "target" in swept:
        data = data._replace(y=np.stack([RNG.permutation(data.y) for _ in range(NUMBER)]))
    if "data" in swept:
        x = np.stack([RNG.permutation(data.x) for _ in range(NUMBER)])
        y = np.stack([RNG.permutation(data.y) for _ in range(NUMBER)])
        data = data._replace(x=x, y=y)
    return Inputs(model, solver, params, None, data, plan)


def one_by_one(inputs):
    axes = axes_of(inputs)
    fits = []
    for i in range(NUMBER):
        one = select(inputs, axes, i)
        fits.append(lj.fit(one.model, one.solver, one.params, one.data, one.plan))
    return fits


ALONE = ("l2", "learning_rate", "momentum", "start", "plan", "fold", "target", "data")
TOGETHER = (
    ("l2", "learning_rate", "momentum"),
    ("l2", "fold"),
    ("start", "plan", "target"),
    ("data", "plan", "fold", "l2", "start"),
)
CASES = [(lj.softmax, swept) for swept in TOGETHER]
CASES += [
    pytest.param(*case, marks=pytest.mark.long)
    for case in [
        *((lj.softmax, (name,)) for name in ALONE),
        *((model, TOGETHER[-1]) for model in (lj.linear, lj.logistic)),
    ]
]


@pytest.mark.parametrize(
    ("model", "swept"), CASES, ids=lambda v: getattr(v, "name", None) or "+".join(v)
)
def test_a_sweep_is_the_list_of_its_fits(model, swept, make_batch, close):
    inputs = make_inputs(make_batch, model, swept)
    found = lj.sweep(*inputs[:3], inputs.data, inputs.plan)
    for i, fit in enumerate(one_by_one(inputs)):
        close(found.params.weights[i], fit.params.weights)
        close(found.params.bias[i], fit.params.bias)
        close(found.losses[i], fit.losses)
    assert set(found.values) == set(swept) & {"l2", "learning_rate", "momentum"}


def test_a_batch_without_weight_changes_nothing(make_batch, close):
    inputs = make_inputs(make_batch, lj.softmax, {"fold"})
    params, data = inputs.params, inputs.data
    plan = lj.epoch_plan(None, 60, 1, 1)  # one example each: every fold leaves some of them out
    found = lj.sweep(lj.softmax, sgd(), params, data, plan)
    kept = np.flatnonzero(data.weight[0])
    alone = lj.fit(lj.softmax, sgd(), params, data._replace(weight=None), plan[kept])
    close(found.params.weights[0], alone.params.weights)
    close(found.losses[0][kept], alone.losses)


@pytest.mark.parametrize(
    ("model", "swept"),
    [
        pytest.param(lj.linear, {"l2", "fold"}, id="linear", marks=pytest.mark.long),
        pytest.param(lj.softmax, {"l2", "fold"}, id="softmax"),
        pytest.param(lj.logistic, {"data"}, id="data sets"),
    ],
)
def test_a_full_batch_sweep_is_the_list_of_its_fits(model, swept, make_batch, close):
    inputs = make_inputs(make_batch, model, swept)
    found = lj.sweep_full_batch(*inputs[:3], inputs.data, 5)
    axes = axes_of(inputs)
    for i in range(NUMBER):
        one = select(inputs, axes, i)
        fit = lj.fit_full_batch(one.model, one.solver, one.params, one.data, 5)
        close(found.params.weights[i], fit.params.weights)
        close(found.losses[i], fit.losses)


@pytest.mark.parametrize("at_once", [3, *(pytest.param(n, marks=pytest.mark.long) for n in (1, 2))])
def test_parts_give_what_the_whole_gives(at_once, make_batch, close):
    inputs = make_inputs(make_batch, lj.softmax, {"learning_rate", "fold", "data"})
    whole = lj.sweep(*inputs[:3], inputs.data, inputs.plan)
    reported = []
    split = lj.sweep(
        *inputs[:3], inputs.data, inputs.plan, models_at_once=at_once,
        progress=lambda done, models: reported.append((done, models)),
    )  # fmt: skip
    for got, expected in zip(jax.tree.leaves(split), jax.tree.leaves(whole), strict=True):
        close(got, expected)
    assert reported[-1] == (NUMBER, NUMBER)
    assert len(reported) == -(-NUMBER // at_once)


def test_a_sweep_that_exceeds_the_memory_is_split_automatically(
    make_batch, monkeypatch, capsys, close
):
    inputs = make_inputs(make_batch, lj.softmax, {"learning_rate"})
    whole = lj.sweep(*inputs[:3], inputs.data, inputs.plan)
    assert capsys.readouterr().err == ""
    three = 3 * memory.bytes_per_model(inputs, axes_of(inputs)) / memory.MEMORY_SHARE
    monkeypatch.setattr(memory, "free_bytes", lambda devices: int(three) + 1)
    split = lj.sweep(*inputs[:3], inputs.data, inputs.plan)
    assert capsys.readouterr().err == "sweep: 2 of 4 models\nsweep: 4 of 4 models\n"
    close(split.params.weights, whole.params.weights)


@pytest.mark.parametrize(
    ("model", "swept", "steps"),
    [
        (lj.softmax, "fold", None),
        (lj.softmax, "data", None),
        (lj.logistic, "data", 5),
        *(
            pytest.param(lj.softmax, swept, None, marks=pytest.mark.long)
            for swept in ("l2", "plan")
        ),
        *(
            pytest.param(lj.logistic, swept, 5, marks=pytest.mark.long)
            for swept in ("l2", "target")
        ),
    ],
    ids=lambda v: getattr(v, "name", str(v)),
)
def test_the_estimate_of_memory_is_high_enough(model, swept, steps, make_batch):
    inputs = make_inputs(make_batch, model, {swept})
    inputs = jax.tree.map(jnp.asarray, inputs._replace(plan=None) if steps else inputs)
    axes = axes_of(inputs)
    own = NUMBER * memory.own_bytes(inputs, axes)
    shared = sum(leaf.nbytes for leaf in jax.tree.leaves(inputs)) - own
    found = _train_models.lower(inputs, steps, None).compile().memory_analysis()
    used = found.temp_size_in_bytes + found.output_size_in_bytes + own
    # shared arrays are gathered or transposed once for all models; no model's estimate includes them
    estimate = NUMBER * memory.bytes_per_model(inputs, axes) + shared
    assert used <= estimate < 2 * used


def test_a_sweep_can_be_continued(make_batch, close):
    inputs = make_inputs(make_batch, lj.softmax, {"momentum", "l2"})
    model, solver, params, _, data, plan = inputs
    whole = lj.sweep(model, solver, params, data, plan)
    half = lj.sweep(model, solver, params, data, plan[:3])
    rest = lj.sweep(model, solver, half.params, data, plan[3:], state=half.state)
    close(rest.params.weights, whole.params.weights)
    close(jnp.concatenate([half.losses, rest.losses], axis=1), whole.losses)


def test_a_diverged_model_disturbs_no_other(make_batch, close):
    params, data = make_batch(lj.linear)
    plan = lj.epoch_plan(None, len(data.y), 10, 40)
    found = lj.sweep(lj.linear, sgd(np.array([0.01, 1e6], "float32")), params, data, plan)
    close(found.losses[0], lj.fit(lj.linear, sgd(0.01), params, data, plan).losses)
    assert not np.isfinite(found.losses[1, -1])


def test_hyperparameters_of_the_same_name_get_longer_names(make_batch):
    params, data = make_batch(lj.linear)
    solver = lj.Optax(0.1, ridge_step, {"l2": STRENGTHS})
    found = lj.sweep_full_batch(replace(lj.linear, l2=STRENGTHS), solver, params, data, 1)
    assert set(found.values) == {"model.l2", "solver.hyperparameters.l2"}


def ridge_step(learning_rate, l2):
    return optax.chain(optax.add_decayed_weights(l2), optax.sgd(learning_rate))


def test_it_keeps_the_order_of_a_grid(make_batch, close):
    params, data = make_batch(lj.softmax)
    points = lj.grid(l2=[0.0, 0.5], learning_rate=[0.1, 0.2, 0.3])
    np.testing.assert_allclose(points["l2"], [0, 0, 0, 0.5, 0.5, 0.5])
    np.testing.assert_allclose(points["learning_rate"], [0.1, 0.2, 0.3] * 2)
    model = replace(lj.softmax, l2=points["l2"])
    found = lj.sweep_full_batch(model, sgd(points["learning_rate"]), params, data, 3)
    for name, values in points.items():
        np.testing.assert_array_equal(found.values[name], values)
    alone = lj.fit_full_batch(replace(lj.softmax, l2=0.5), sgd(0.2), params, data, 3)
    close(found.params.weights[4], alone.params.weights)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({}, "got arrays of one model; expected at least one array with an extra leading axis"),
        ({"l2": np.zeros(0)}, "got no models in model.l2; expected at least one"),
        ({"l2": np.zeros(3), "rate": np.zeros(4)}, "got different numbers of models: 3 in model.l2, 4"),
        ({"l2": np.zeros((2, 2))}, "got a hyperparameter of shape (2, 2); expected rank 0, or 1"),
        ({"l2": np.zeros(2), "y": np.zeros(59, "int32")}, "got 59 entries in y; expected 60"),
        ({"l2": np.zeros(2), "y": np.full((2, 60), 7)}, "got y[0, 0] = 7; expected class labels 0 to 2"),
        ({"weight": np.eye(2, 60) * [[1], [0]]}, "expected none negative and at least one positive"),
        ({"l2": np.zeros(2), "plan": np.full((2, 3, 4), 60)}, "indices from 60 to 60; expected"),
        ({"l2": np.zeros(2), "plan": np.zeros((3, 4))}, "got plan of dtype float"),
        ({"l2": np.zeros(2), "x": np.full((60, 5), np.nan, "float32")}, "got x[0, 0] = nan (300 such"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)  # fmt: skip
def test_bad_input_is_answered(change, message, make_batch):
    params, data = make_batch(lj.softmax)
    plan = change.pop("plan", lj.epoch_plan(None, 60, 10, 1))
    model = replace(lj.softmax, l2=change.pop("l2", 0.0))
    solver = sgd(change.pop("rate", 0.1))
    with pytest.raises((ValueError, TypeError)) as error:
        lj.sweep(model, solver, params, data._replace(**change), plan)
    assert message in str(error.value)
