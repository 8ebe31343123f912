"""Matrix products at the full precision of their dtype."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import jax

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def highest_precision(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Compute the matrix products of `function` at the full precision of their dtype.

    On a GPU the default precision of a float32 product may be TF32, with 10 bits: no tolerance below
    1e-3 would ever be met.
    """
    wrapped: Callable[Arguments, Result] = jax.default_matmul_precision("highest")(function)
    return wrapped
