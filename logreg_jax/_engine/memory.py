"""How much memory many fits at once need, and how much there is."""

import os
import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import jax
import jax.numpy as jnp
from jax.tree_util import PyTreeDef

from .._types import Params, PyTree
from .axes import Inputs, map_axes
from .protocols import Solver

MEMORY_SHARE = 0.5
"""Share of the free memory that a sweep may use: estimates are rough, and other programs need memory."""

BATCH_COPIES = 5
"""Number of arrays `[batch, outputs]` at once: scores, exponentials, sums, slopes, temporaries of XLA."""

STEP_COPIES = 3
"""Copies of parameters and state: what a step reads, what it writes, and the gradient."""

GATHER_COPIES = 3
"""Copies of the rows of x in a step that XLA keeps on a CPU, if data sets or plans differ."""

OWN_COPIES = 2
"""Copies of a model's own inputs: those of its part of the sweep, and a plan transposed, steps first."""

OWN_COPIES_FULL_BATCH = 3
"""Copies of a model's own inputs without a plan: those of its part of the sweep, and a narrow x by columns,
of which XLA keeps two copies (JAX 0.10.2)."""

CGROUP = Path("/sys/fs/cgroup")
"""Where a container sees its own limits (version 2)."""


def models_that_fit(inputs: Inputs, axes: Inputs, devices: Sequence[jax.Device]) -> int:
    """How many models of a sweep fit into memory together, by an estimate; at least one."""
    free = free_bytes(devices)
    if free is None:
        return sys.maxsize
    # Shared arrays are on the first device already and will be copied to the others.
    free -= (len(devices) - 1) * shared_bytes(inputs, axes)
    return max(1, int(MEMORY_SHARE * free) // bytes_per_model(inputs, axes))


def bytes_per_model(inputs: Inputs, axes: Inputs) -> int:
    """An estimate of the memory of one more model in a sweep, too high rather than too low."""
    shapes = jax.tree.map(
        lambda leaf: jax.ShapeDtypeStruct(jnp.shape(leaf), jnp.result_type(leaf)), inputs
    )
    leaves, structure = jax.tree.flatten(shapes)
    axis_of_each, of_axes = jax.tree.flatten(axes, is_leaf=lambda axis: axis is None)
    return _estimate(structure, tuple(leaves), of_axes, tuple(axis_of_each))


@lru_cache  # tracing a solver's `init` takes longer than a sweep of small models
def _estimate(
    structure: PyTreeDef,
    leaves: tuple[jax.ShapeDtypeStruct, ...],
    of_axes: PyTreeDef,
    axis_of_each: tuple[int | None, ...],
) -> int:
    inputs, axes = structure.unflatten(leaves), of_axes.unflatten(axis_of_each)
    weights, x = inputs.params.weights, inputs.data.x
    (outputs, features), itemsize = weights.shape[-2:], weights.dtype.itemsize
    steps, batch = (1, x.shape[-2]) if inputs.plan is None else inputs.plan.shape[-2:]

    def one_model() -> Params:
        return Params(
            jnp.zeros((outputs, features), weights.dtype), jnp.zeros(outputs, weights.dtype)
        )

    def of_one_model(axis: int | None, leaf: PyTree) -> PyTree:
        return leaf if axis is None else jax.ShapeDtypeStruct(leaf.shape[1:], leaf.dtype)

    def state_of_one(solver: Solver, params: Params) -> PyTree:
        return solver.init(params)

    solver = map_axes(of_one_model, axes, inputs).solver
    params = jax.eval_shape(one_model)
    carried = _bytes(params) + _bytes(jax.eval_shape(state_of_one, solver, params))
    gathers = inputs.plan is not None and 0 in (axes.data.x, axes.plan)
    rows = itemsize * batch * features if gathers else 0
    scores = itemsize * batch * outputs
    own_copies = OWN_COPIES_FULL_BATCH if inputs.plan is None else OWN_COPIES
    losses = itemsize * steps
    total: int = (
        STEP_COPIES * carried
        + BATCH_COPIES * scores
        + GATHER_COPIES * rows
        + own_copies * own_bytes(inputs, axes)
        + losses
    )
    return total


def own_bytes(inputs: Inputs, axes: Inputs) -> int:
    """Size of the inputs that one model does not share."""

    def of_one(axis: int | None, leaf: PyTree) -> int:
        return 0 if axis is None else _bytes(leaf) // leaf.shape[0]

    return sum(jax.tree.leaves(map_axes(of_one, axes, inputs)))


def shared_bytes(inputs: Inputs, axes: Inputs) -> int:
    """Size of the inputs that all models share."""

    def of_all(axis: int | None, leaves: PyTree) -> int:
        return _bytes(leaves) if axis is None else 0

    return sum(jax.tree.leaves(map_axes(of_all, axes, inputs)))


def free_bytes(devices: Sequence[jax.Device]) -> int | None:
    """Free memory of the devices together, or None if unknown."""
    stats = [device.memory_stats() for device in devices]
    if all(of is not None and "bytes_limit" in of for of in stats):
        return sum(of["bytes_limit"] - of["bytes_in_use"] for of in stats)
    meminfo = Path("/proc/meminfo")
    if meminfo.exists():
        line = next(s for s in meminfo.read_text().splitlines() if "MemAvailable" in s)
        available, room = int(line.split()[1]) * 1024, _room_in_container()
        return available if room is None else min(available, room)
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        # macOS does not count free pages; half of all pages is a fair guess.
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    return None


def _room_in_container() -> int | None:
    """Memory that the container may still allocate; None outside of a container or without a limit.

    /proc/meminfo counts the memory of the machine, not that of the container.
    """
    try:
        limit, used = (int((CGROUP / f"memory.{name}").read_text()) for name in ("max", "current"))
        stat = dict(line.split() for line in (CGROUP / "memory.stat").read_text().splitlines())
    except (OSError, ValueError):  # no such files, or "max"
        return None
    # Cached files count as used, but the kernel drops them if memory is needed.
    return limit - used + int(stat["inactive_file"])


def _bytes(tree: PyTree) -> int:
    return sum(leaf.size * leaf.dtype.itemsize for leaf in jax.tree.leaves(tree))
