"""Functions that decide in Python what to compute next, and so cannot be part of a compiled program."""

import jax
import jax.numpy as jnp

from .._types import PyTree
from .messages import error_message, is_traced


def check_concrete(function: str, remedy: str, *arguments: PyTree) -> None:
    """Raise if an argument is traced, or the call itself, as it is under the user's own `jit`.

    Args:
        function: name of the public function.
        remedy: what to do instead.
        arguments: what the user passed.

    Raises:
        TypeError: under `jit`, `vmap` or `grad`.
    """
    # An operation on constants is a part of the program as well while one is traced.
    if is_traced(jnp.zeros(()), *jax.tree.leaves(arguments)):
        expected = "arrays whose values are known: it cannot run under jit, vmap or grad"
        raise TypeError(error_message(f"a traced call of {function}", expected, remedy))
