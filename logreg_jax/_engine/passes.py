"""Passes over x in the dtype of the other operand, without a copy of x in that dtype.

`certificate` works in float64 on an x that may be float32 and large. If x is narrower than the other
operand, a pass converts one block of its rows at a time. If the dtypes are equal, as in `solve`, a pass
is a single operation.
"""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jax.typing import DTypeLike
from jaxtyping import Array

from .._rows import cut_rows

CONVERSION_BLOCK_BYTES = 2**22
"""Bytes of a converted block of x."""


def matmul_x(weights: Array, x: Array) -> Array:
    """`weights @ x.T`, `[outputs, examples]`."""
    dtype = jnp.result_type(weights, x)
    if x.dtype == dtype:
        return weights @ x.T
    n, (_, size) = len(x), cut_rows(x, dtype, CONVERSION_BLOCK_BYTES)

    # Unlike a sum, a product may be written twice: instead of a shorter first block, which would be a
    # second program, the last block begins earlier if fewer rows are left.
    def put_block(i: Array, scores: Array) -> Array:
        rows = jax.lax.dynamic_slice_in_dim(x, i * size, size).astype(dtype)
        return jax.lax.dynamic_update_slice_in_dim(scores, weights @ rows.T, i * size, axis=1)

    scores = jnp.zeros((len(weights), n), dtype)
    return jax.lax.fori_loop(0, -(-n // size), put_block, scores)


def sum_over_examples(
    terms: Callable[..., Array], dtype: DTypeLike, x: Array, *others: Array
) -> Array:
    """`terms(x, *others)`, a sum over the examples, computed in a dtype.

    Args:
        terms: gets x `[examples, features]` and the others, or a block of the examples of all.
        dtype: at least as wide as that of x.
        x: features `[examples, features]`.
        others: arrays of that dtype whose last axis is the examples.

    Returns:
        The sum, in the shape of `terms`.
    """
    if x.dtype == dtype:
        return terms(x, *others)
    first, size = cut_rows(x, dtype, CONVERSION_BLOCK_BYTES)

    def of_block(start: int | Array, length: int) -> Array:
        rows = jax.lax.dynamic_slice_in_dim(x, start, length).astype(dtype)
        parts = [jax.lax.dynamic_slice_in_dim(a, start, length, axis=a.ndim - 1) for a in others]
        return terms(rows, *parts)

    def add_block(i: Array, total: Array) -> Array:
        return total + of_block(first + i * size, size)

    return jax.lax.fori_loop(0, (len(x) - first) // size, add_block, of_block(0, first))
