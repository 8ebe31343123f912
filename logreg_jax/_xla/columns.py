"""A narrow x stored column by column, for full-batch steps of one output on a CPU.

With few features and one output both matrix products of a step then run along the examples. With many
features or outputs the rows are faster.
"""

import jax
from jaxtyping import Array

MAX_FEATURES = 32
"""Up to here a step is 1.2 to 2.4 times as fast by columns; from 64 features on 0.9 times (JAX 0.10.2)."""

MAX_ENTRIES = 2**15
"""Entries of x, 128 KiB in float32. Twice as many are 0.6 to 0.7 times as fast by columns (JAX 0.10.2)."""


def is_narrow(x: Array, outputs: int) -> bool:
    """Whether full-batch steps read `x [examples, features]` faster by columns."""
    return outputs == 1 and x.shape[1] <= MAX_FEATURES and x.size <= MAX_ENTRIES


def store_columns(x: Array) -> Array:
    """`x [examples, features]` as an array `[features, examples]` that `load_columns` turns back.

    Plain form: `x`, with `load_columns` as the identity.
    Persuades XLA:CPU to: keep a transposed copy of x through a training. Without the barrier it
        simplifies the two transpositions away. On any other platform the pair is a reshape, which
        moves nothing.
    Gain: `many_small`, 1,000 data sets of 200 x 20, 2.1 times as fast, `diabetes_sgd`, 442 x 10, 2.0
        times (JAX 0.10.2).
    Upstream: no upstream issue known.
    """
    return jax.lax.platform_dependent(
        x,
        cpu=lambda x: jax.lax.optimization_barrier(x.T),
        default=lambda x: x.reshape(x.shape[::-1]),
    )


def load_columns(columns: Array) -> Array:
    """`x [examples, features]` from `store_columns(x)`, to be called inside the loop.

    Plain form: `x`, with `store_columns` as the identity.
    Persuades XLA:CPU to: read columns. Outside the loop the result would be laid out by rows again.
    Gain: see `store_columns`.
    Upstream: no upstream issue known.
    """
    return jax.lax.platform_dependent(
        columns, cpu=lambda c: c.T, default=lambda c: c.reshape(c.shape[::-1])
    )
