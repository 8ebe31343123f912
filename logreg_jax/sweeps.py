"""Many fits as one compiled program, or in parts if memory is short."""

import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh
from jaxtyping import Array

from ._checks.data import check_batch
from ._checks.many import check_many
from ._checks.messages import describe, error_message, is_traced
from ._checks.models import check_functions
from ._checks.plans import check_is_plan, check_plan
from ._checks.scalars import check_size, check_switch
from ._checks.solvers import check_solver, check_state
from ._engine.axes import Inputs, axes_of, select
from ._engine.devices import device_of, make_mesh, put_on_mesh, train_on_mesh
from ._engine.memory import models_that_fit
from ._engine.penalties import without_zero_penalties
from ._engine.protocols import Solver
from ._engine.scan import train
from ._types import ArrayInput, Batch, Fit, Model, Params, Progress, PyTree


class Sweep(NamedTuple):
    """The result of a sweep: every field has a leading axis `[models]`, in the order of the input.

    Attributes:
        values: the swept hyperparameters by name, such as `{"learning_rate": [models]}`.
        params: parameters after the last step, weights `[models, outputs, features]`, bias
            `[models, outputs]`.
        state: solver state after the last step; pass it on to continue.
        losses: the loss of each step's batch before that step, `[models, steps]`.
    """

    values: dict[str, Array]
    params: Params
    state: PyTree
    losses: Array


def _print_progress(done: int, models: int) -> None:
    print(f"sweep: {done} of {models} models", file=sys.stderr, flush=True)


def sweep(
    model: Model,
    solver: Solver,
    params: Params,
    data: Batch,
    plan: ArrayInput,
    *,
    state: PyTree = None,
    check_values: bool = True,
    models_at_once: int | None = None,
    progress: Progress = _print_progress,
    devices: Sequence[jax.Device] | None = None,
) -> Sweep:
    """Train many models along a batch order, as one compiled program.

    Any argument with an extra leading axis is batched over. It may be one argument or several of the
    same length: hyperparameters `[models]`, a start with weights `[models, outputs, features]`, folds
    as sample weights `[models, examples]`, targets `[models, examples]`, plans
    `[models, steps, batch]`, data sets `[models, examples, features]`. All other arguments are shared
    and not copied: the scores of all models on one x are one wide matrix product.

    The result equals a `fit` of each model alone. New numbers of the same shapes compile nothing. A
    model that diverges has NaN losses and does not affect the others.

    Args:
        model: as in `fit`, such as `replace(softmax, l2=jnp.array([0, 1e-3]))`.
        solver: as in `fit`, such as `Optax(learning_rates, optax.adam)` with an array or a list.
        params: the start, shared or with a leading axis `[models]`.
        data: the examples, shared or with a leading axis `[models]` on any of their arrays.
        plan: integers `[steps, batch]` or `[models, steps, batch]`.
        state: the state of an earlier sweep to continue from; a new one if None.
        check_values: as in `fit`.
        models_at_once: largest number of models trained together; by default as many as fit into
            half of the free memory, by an estimate. A sweep in parts returns NumPy arrays. Under your own
            `jit` there is one part.
        progress: called with the number of finished models and of all models after each part of a
            sweep in parts; by default it prints to standard error.
        devices: train equally many models on each of these, such as `jax.devices()`; by default all
            models train where the data is. Shared arrays are copied to each device, unless they are
            there already (`jax.sharding.NamedSharding(mesh, PartitionSpec())`). The results stay on
            the devices. A CPU counts as one device unless `jax_num_cpu_devices` is set before JAX
            is first used.

    Returns:
        `Sweep`: values, parameters, states and losses, each with a leading axis `[models]`.

    Raises:
        ValueError: if no argument has an axis of models, if their lengths differ, if the arguments
            of one model are invalid for `fit`, or if `devices` is empty, repeats one or mixes platforms.
        TypeError: as in `fit`, or if `devices` is not a list of devices.
    """
    inputs = Inputs(model, solver, params, state, data, check_is_plan(plan))
    return _sweep(inputs, None, check_values, models_at_once, progress, devices)


def sweep_full_batch(
    model: Model,
    solver: Solver,
    params: Params,
    data: Batch,
    steps: int,
    *,
    state: PyTree = None,
    check_values: bool = True,
    models_at_once: int | None = None,
    progress: Progress = _print_progress,
    devices: Sequence[jax.Device] | None = None,
) -> Sweep:
    """Train many models with all examples in every step, as one compiled program.

    Args:
        model: as in `sweep`.
        solver: as in `sweep`.
        params: as in `sweep`.
        data: as in `sweep`.
        steps: number of steps; another number compiles anew.
        state: as in `sweep`.
        check_values: as in `sweep`.
        models_at_once: as in `sweep`.
        progress: as in `sweep`.
        devices: as in `sweep`.

    Returns:
        `Sweep`, with losses `[models, steps]`.

    Raises:
        ValueError: as in `sweep`, and if `steps` is not positive.
        TypeError: as in `sweep`.
    """
    check_size("steps", steps)
    inputs = Inputs(model, solver, params, state, data, None)
    return _sweep(inputs, int(steps), check_values, models_at_once, progress, devices)


def _sweep(
    inputs: Inputs,
    steps: int | None,
    check_values: bool,
    models_at_once: int | None,
    progress: Progress,
    devices: Sequence[jax.Device] | None,
) -> Sweep:
    check_switch("check_values", check_values)
    if models_at_once is not None:
        check_size("models_at_once", models_at_once)
    if not callable(progress):
        remedy = "Pass a function of two integers."
        raise TypeError(error_message(describe("progress", progress), "a function", remedy))
    mesh = None if devices is None else make_mesh(devices)
    check_solver(inputs.solver)
    inputs, models = check_many(inputs, values=check_values)
    inputs = inputs._replace(model=without_zero_penalties(inputs.model))
    inputs = jax.tree.map(jnp.asarray, inputs)
    axes = axes_of(inputs)
    if models_at_once is None:
        models_at_once = models_that_fit(inputs, axes, devices or [device_of(inputs)])
    values = _swept_hyperparameters(inputs, axes)
    if models <= models_at_once or is_traced(*jax.tree.leaves(inputs)):
        return Sweep(values, *_train_part(inputs, steps, mesh, models))
    done = []
    for part in _parts(models, models_at_once):
        # Brought to the host, so that the next part finds the same free memory.
        own = select(inputs, axes, part)
        done.append(jax.device_get(_train_part(own, steps, mesh, len(part))))
        progress(min(int(part[-1]) + 1, models), models)
    return Sweep(values, *jax.tree.map(lambda *arrays: np.concatenate(arrays)[:models], *done))


def _train_part(inputs: Inputs, steps: int | None, mesh: Mesh | None, models: int) -> Fit:
    if mesh is None:
        return _train_models(inputs, steps, None)
    fits = _train_models(put_on_mesh(inputs, axes_of(inputs), mesh, models), steps, mesh)
    return fits if models % mesh.size == 0 else jax.tree.map(lambda leaf: leaf[:models], fits)


@partial(jax.jit, static_argnames=("steps", "mesh"))
def _train_models(inputs: Inputs, steps: int | None, mesh: Mesh | None) -> Fit:
    def train_one(
        model: Model,
        solver: Solver,
        params: Params,
        state: PyTree,
        data: Batch,
        plan: Array | None,
    ) -> Fit:
        data = check_batch(model, params, data, values=False)
        check_functions(model, params, data)
        if state is not None:
            check_state(solver, params, state)
        if plan is not None:
            plan = check_plan(plan, len(data.y), values=False)
        return train(model, solver, params, state, data, plan, steps)

    axes = axes_of(inputs)
    train_many: Callable[..., Fit] = jax.vmap(train_one, in_axes=tuple(axes))
    return (train_many if mesh is None else train_on_mesh(train_many, axes, mesh))(*inputs)


def _parts(models: int, at_once: int) -> np.ndarray:
    """Indices of the models of each part, `[parts, size]`; the last part repeats the last model.

    Parts of the same size share one compiled program.
    """
    parts = -(-models // at_once)
    size = -(-models // parts)
    return np.minimum(np.arange(parts * size), models - 1).reshape(parts, size)


def _swept_hyperparameters(inputs: Inputs, axes: Inputs) -> dict[str, Array]:
    """The swept hyperparameters by their own name, or by a longer one if two have the same."""
    found: dict[str, list[tuple[str, Array]]] = {}

    def note(path: tuple[object, ...], axis: int | None, leaf: PyTree) -> None:
        if axis == 0:
            full = jax.tree_util.keystr(path, simple=True, separator=".")
            found.setdefault(full.split(".")[-1], []).append((full, leaf))

    jax.tree_util.tree_map_with_path(
        note,
        {"model": axes.model, "solver": axes.solver},
        {"model": inputs.model, "solver": inputs.solver},
        is_leaf=lambda axis: axis is None,
    )
    return {
        name if len(leaves) == 1 else full: leaf
        for name, leaves in found.items()
        for full, leaf in leaves
    }
