"""How much memory many fits at once take, and how much there is."""

import os
import sys
from pathlib import Path

import jax

from ._axes import Inputs
from .models import init

SHARE = 0.5
"""Of the free memory that a sweep may take: estimates are rough, and others live there too."""

BATCH_COPIES = 5
"""Scores, exponentials, their sums, slopes and what XLA keeps between: arrays `[batch, outputs]`."""

STEP_COPIES = 3
"""Parameters and state: what a step reads, what it writes, and the gradient."""


def models_that_fit(inputs: Inputs, axes: Inputs) -> int:
    """How many models of a sweep fit into memory together, by an estimate; at least one."""
    free = free_bytes()
    if free is None:
        return sys.maxsize
    return max(1, int(SHARE * free) // bytes_per_model(inputs, axes))


def bytes_per_model(inputs: Inputs, axes: Inputs) -> int:
    """An estimate, rather high than low, of the working memory of one model in a sweep."""
    weights, x = inputs.params.weights, inputs.data.x
    (outputs, features), itemsize = weights.shape[-2:], weights.dtype.itemsize
    steps, batch = (1, x.shape[-2]) if inputs.plan is None else inputs.plan.shape[-2:]
    one = jax.eval_shape(lambda: init(features, outputs, dtype=weights.dtype))
    carried = _bytes(one) + _bytes(jax.eval_shape(inputs.solver.init, one))
    own_x = itemsize * batch * features if 0 in (axes.data.x, axes.plan) else 0
    scores = itemsize * batch * outputs
    return STEP_COPIES * carried + BATCH_COPIES * scores + 2 * own_x + itemsize * steps


def free_bytes() -> int | None:
    """Memory of the default device that is free, or None where nothing says."""
    stats = jax.devices()[0].memory_stats()
    if stats is not None and "bytes_limit" in stats:
        return stats["bytes_limit"] - stats["bytes_in_use"]
    meminfo = Path("/proc/meminfo")
    if meminfo.exists():
        available = next(s for s in meminfo.read_text().splitlines() if "MemAvailable" in s)
        return int(available.split()[1]) * 1024
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        # macOS counts no free pages; of all of them half is a fair guess
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    return None


def _bytes(tree) -> int:
    return sum(leaf.size * leaf.dtype.itemsize for leaf in jax.tree.leaves(tree))
