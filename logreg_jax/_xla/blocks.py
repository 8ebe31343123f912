"""Sums over the examples of a full batch, block by block on a CPU."""

from collections.abc import Callable
from typing import TypeVar

import jax
import jax.numpy as jnp

from .._rows import cut_rows
from .._types import Batch

Sums = TypeVar("Sums")

FULL_BATCH_BLOCK_BYTES = 2**23
"""Bytes of a block of x. With blocks of 6 to 9 MB a step over 188 MB takes 0.78 of the time that it takes
in one piece, with blocks of 3 MB 0.88 (JAX 0.10.2)."""


def sum_over_blocks(sums: Callable[[Batch], Sums], batch: Batch) -> Sums:
    """`sums(batch)`, a pytree of sums over the examples.

    Plain form: `sums(batch)`.
    Persuades XLA:CPU to: read x once. It computes scores of all examples before it computes
        gradients; within a block of 8 MiB the gradient finds x in the cache. Accelerators get the
        plain form, since they want all the work at once.
    Gain: a full-batch step of MNIST is 1.27 times as fast (JAX 0.10.2).
    Upstream: no upstream issue known.

    Args:
        sums: gets the batch or a block of its examples.
        batch: x `[examples, features]`, y and sample weights.
    """
    first, rows = cut_rows(batch.x, batch.x.dtype, FULL_BATCH_BLOCK_BYTES)
    if first == len(batch.x):
        return sums(batch)
    return jax.lax.platform_dependent(
        batch, cpu=lambda batch: _in_blocks(sums, batch, first, rows), default=sums
    )


def _in_blocks(sums: Callable[[Batch], Sums], batch: Batch, first: int, rows: int) -> Sums:

    def add_block(total: Sums, start: jax.Array) -> tuple[Sums, None]:
        block = jax.tree.map(lambda a: jax.lax.dynamic_slice_in_dim(a, start, rows), batch)
        return jax.tree.map(jnp.add, total, sums(block)), None

    total = sums(jax.tree.map(lambda a: a[:first], batch))
    return jax.lax.scan(add_block, total, jnp.arange(first, len(batch.y), rows))[0]
