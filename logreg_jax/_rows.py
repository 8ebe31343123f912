"""How the examples are cut into blocks of rows."""

import jax.numpy as jnp
from jax.typing import DTypeLike
from jaxtyping import Array


def cut_rows(x: Array, dtype: DTypeLike, block_bytes: int) -> tuple[int, int]:
    """Rows of the first block of `x [examples, features]`, and of every later one.

    The first block is the shorter one if the size does not divide the examples. Sizes are static, so that
    the later blocks share one loop.

    Args:
        x: the features.
        dtype: dtype of a block.
        block_bytes: largest size of a block; a block has at least one row.

    Returns:
        Both numbers of rows. If x is a single block, both are the number of examples.
    """
    examples, features = x.shape
    size = min(examples, max(1, block_bytes // (features * jnp.dtype(dtype).itemsize)))
    return examples % size or size, size
