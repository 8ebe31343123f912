"""Models distributed over devices equal the models of one device."""

from collections import namedtuple
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from jax.sharding import Mesh, NamedSharding, PartitionSpec

import logreg_jax as lj
from logreg_jax._engine import memory
from logreg_jax._engine.axes import Inputs, axes_of
from logreg_jax._engine.devices import make_mesh, put_on_mesh

TWO = jax.devices("cpu")[:2]


def swept_inputs(make_batch, models):
    """Learning rates, folds and plans of their own, and one x for all."""
    params, data = make_batch(lj.softmax)
    n = len(data.y)
    rates = np.linspace(0.01, 0.2, models, dtype="float32")
    keys = jax.random.split(jax.random.key(0), models)
    plans = np.stack([lj.epoch_plan(key, n, 16, 2) for key in keys])
    folds = (np.arange(n) % 6 != np.arange(models)[:, None]) * 1.0
    return lj.softmax, lj.Optax(rates, optax.adam), params, data._replace(weight=folds), plans


@pytest.mark.parametrize(
    ("models", "steps"),
    [
        (4, None),
        (5, 5),
        *(pytest.param(models, None, marks=pytest.mark.long) for models in (1, 5)),
        *(pytest.param(models, 5, marks=pytest.mark.long) for models in (1, 4)),
    ],
)
def test_models_on_two_devices_are_those_on_one(models, steps, make_batch, close):
    *given, plans = swept_inputs(make_batch, models)
    train, order = (lj.sweep, plans) if steps is None else (lj.sweep_full_batch, steps)
    one = train(*given, order)
    two = train(*given, order, devices=TWO)
    assert jax.tree.map(jnp.shape, two) == jax.tree.map(jnp.shape, one)
    close(two.params.weights, one.params.weights)
    close(two.state[0].nu.weights, one.state[0].nu.weights)
    close(two.losses, one.losses)
    if models == 4:
        assert two.params.weights.devices() == set(TWO)


def test_a_sweep_in_parts_uses_both_devices_for_each(make_batch, close):
    *given, plans = swept_inputs(make_batch, 5)
    whole = lj.sweep(*given, plans)
    reported = []
    note = lambda done, models: reported.append((done, models))
    parts = lj.sweep(*given, plans, devices=TWO, models_at_once=3, progress=note)
    close(parts.params.weights, whole.params.weights)
    assert reported == [(3, 5), (5, 5)]


def test_a_sweep_on_devices_can_be_continued(make_batch, close):
    model, solver, params, data, plans = swept_inputs(make_batch, 4)
    first = lj.sweep(model, solver, params, data, plans[:, :3], devices=TWO)
    rest = lj.sweep(model, solver, first.params, data, plans[:, 3:], state=first.state, devices=TWO)
    whole = lj.sweep(model, solver, params, data, plans)
    close(rest.params.weights, whole.params.weights)


def test_the_best_of_a_sweep_on_devices_can_be_found_and_used(make_batch, close):
    model, solver, params, data, plans = swept_inputs(make_batch, 5)
    held_out = data._replace(weight=None)
    for devices in None, TWO:
        swept = lj.sweep(model, solver, params, data, plans, devices=devices)
        winner = lj.best(model, swept, held_out, lj.log_loss)
        loss = lj.log_loss(model, winner.params, held_out)
        close(loss, lj.evaluate(model, swept.params, held_out, lj.log_loss).min())
        lj.fit(model, replace(solver, learning_rate=0.1), winner.params, held_out, plans[0])


def test_an_array_on_its_devices_is_not_copied(make_batch):
    model, solver, params, data, plans = swept_inputs(make_batch, 4)
    mesh = Mesh(np.array(TWO), ("models",))
    x = jax.device_put(data.x, NamedSharding(mesh, PartitionSpec()))
    inputs = Inputs(model, solver, params, None, data._replace(x=x), plans)
    placed = put_on_mesh(inputs, axes_of(inputs), mesh, 4)
    where = lambda array: [part.data.unsafe_buffer_pointer() for part in array.addressable_shards]
    assert where(placed.data.x) == where(x)
    assert {part.data.shape for part in placed.plan.addressable_shards} == {(2, *plans.shape[1:])}


@pytest.mark.parametrize("placed", ["data", "params"])
def test_memory_is_that_of_the_device_that_holds_the_arguments(placed, make_batch, monkeypatch):
    """Not that of the default device, which may be a GPU while the data is on a CPU."""
    model, solver, params, data, plans = swept_inputs(make_batch, 4)
    where = {"params": params, "data": data}
    where[placed] = jax.device_put(where[placed], TWO[1])
    asked = []
    monkeypatch.setattr(memory, "free_bytes", lambda devices: asked.extend(devices))
    found = lj.sweep(model, solver, where["params"], where["data"], plans)
    assert asked == [TWO[1]]
    assert found.params.weights.devices() == {TWO[1]}


def test_another_device_needs_memory_for_what_is_shared(make_batch, monkeypatch):
    model, solver, params, data, plans = swept_inputs(make_batch, 4)
    inputs = jax.tree.map(jnp.asarray, Inputs(model, solver, params, None, data, plans))
    axes = axes_of(inputs)
    shared = memory.shared_bytes(inputs, axes)
    assert shared > data.x.nbytes + data.y.nbytes
    three = int(3 * memory.bytes_per_model(inputs, axes) / memory.MEMORY_SHARE) + 1
    monkeypatch.setattr(memory, "free_bytes", lambda devices: three + shared - 2)
    assert memory.models_that_fit(inputs, axes, TWO[:1]) >= 3
    assert memory.models_that_fit(inputs, axes, TWO) == 2


@pytest.mark.parametrize(
    ("devices", "error", "message"),
    [
        ([], ValueError, r"got devices=\[\]; expected at least one"),
        (TWO[:1] * 2, ValueError, "each once"),
        (["cpu"], TypeError, "expected a list of JAX devices"),
        (TWO[0], TypeError, r"Pass jax.devices\(\)"),
    ],
    ids=["none", "one twice", "a name", "one"],
)
def test_bad_devices_are_refused(devices, error, message):
    with pytest.raises(error, match=message):
        make_mesh(devices)


def test_devices_of_two_platforms_are_refused(monkeypatch):
    kind = namedtuple("Device", "platform")
    monkeypatch.setattr(jax, "Device", kind)
    with pytest.raises(
        ValueError, match="got devices of cpu and gpu; expected devices of a single platform"
    ):
        make_mesh([kind("gpu"), kind("cpu")])
