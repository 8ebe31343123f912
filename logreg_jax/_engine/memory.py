"""How much memory many fits at once take, and how much there is."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import jax

from ._axes import Inputs, for_each
from .models import init

SHARE = 0.5
"""Of the free memory that a sweep may take: estimates are rough, and others live there too."""

BATCH_COPIES = 5
"""Scores, exponentials, their sums, slopes and what XLA keeps between: arrays `[batch, outputs]`."""

STEP_COPIES = 3
"""Parameters and state: what a step reads, what it writes, and the gradient."""

GATHER_COPIES = 3
"""The rows of x of a step, where data sets or plans differ: so many of them XLA keeps on a CPU."""

OWN_COPIES = 2
"""Inputs of a model's own: selected for its part of the sweep, and a plan turned around, steps first."""

OWN_COPIES_FULL_BATCH = 3
"""Without a plan: selected, and a narrow x by columns, of which JAX 0.11 keeps two."""

CGROUP = Path("/sys/fs/cgroup")
"""Of a container, as it sees it itself (version 2)."""


def models_that_fit(inputs: Inputs, axes: Inputs, devices: Sequence[jax.Device]) -> int:
    """How many models of a sweep fit into memory together, by an estimate; at least one."""
    free = free_bytes(devices)
    if free is None:
        return sys.maxsize
    # what the models share is on the first device, and will be on the others
    free -= (len(devices) - 1) * shared_bytes(inputs, axes)
    return max(1, int(SHARE * free) // bytes_per_model(inputs, axes))


def bytes_per_model(inputs: Inputs, axes: Inputs) -> int:
    """An estimate, rather high than low, of what one model more in a sweep takes."""
    weights, x = inputs.params.weights, inputs.data.x
    (outputs, features), itemsize = weights.shape[-2:], weights.dtype.itemsize
    steps, batch = (1, x.shape[-2]) if inputs.plan is None else inputs.plan.shape[-2:]
    one = jax.eval_shape(lambda: init(features, outputs, dtype=weights.dtype))
    carried = _bytes(one) + _bytes(jax.eval_shape(inputs.solver.init, one))
    gathers = inputs.plan is not None and 0 in (axes.data.x, axes.plan)
    rows = itemsize * batch * features if gathers else 0
    scores = itemsize * batch * outputs
    own_copies = OWN_COPIES_FULL_BATCH if inputs.plan is None else OWN_COPIES
    losses = itemsize * steps
    return (
        STEP_COPIES * carried
        + BATCH_COPIES * scores
        + GATHER_COPIES * rows
        + own_copies * own_bytes(inputs, axes)
        + losses
    )


def own_bytes(inputs: Inputs, axes: Inputs) -> int:
    """Of what one model has for itself; the models share the rest."""

    def of(axis, leaf) -> int:
        return 0 if axis is None else _bytes(leaf) // len(leaf)

    return sum(jax.tree.leaves(for_each(of, axes, inputs)))


def shared_bytes(inputs: Inputs, axes: Inputs) -> int:
    """Of what all models share."""

    def of(axis, leaves) -> int:
        return _bytes(leaves) if axis is None else 0

    return sum(jax.tree.leaves(for_each(of, axes, inputs)))


def free_bytes(devices: Sequence) -> int | None:
    """Memory that is free on the devices together, or None where nothing says."""
    stats = [device.memory_stats() for device in devices]
    if all(of is not None and "bytes_limit" in of for of in stats):
        return sum(of["bytes_limit"] - of["bytes_in_use"] for of in stats)
    meminfo = Path("/proc/meminfo")
    if meminfo.exists():
        line = next(s for s in meminfo.read_text().splitlines() if "MemAvailable" in s)
        available, room = int(line.split()[1]) * 1024, _room_in_container()
        return available if room is None else min(available, room)
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        # macOS counts no free pages; of all of them half is a fair guess
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    return None


def _room_in_container() -> int | None:
    """What a container may still take, or None outside of one and without a limit.

    The memory of the machine, in /proc/meminfo, is not that of the container.
    """
    try:
        limit, used = (int((CGROUP / f"memory.{name}").read_text()) for name in ("max", "current"))
        stat = dict(line.split() for line in (CGROUP / "memory.stat").read_text().splitlines())
    except (OSError, ValueError):  # no such files, or "max"
        return None
    # files that were read count as used, but make room for whoever needs it
    return limit - used + int(stat["inactive_file"])


def _bytes(tree) -> int:
    return sum(leaf.size * leaf.dtype.itemsize for leaf in jax.tree.leaves(tree))
