"""Checks of single numbers, switches and random keys."""

from typing import SupportsIndex

import jax
import jax.numpy as jnp
import numpy as np

from .arrays import as_numbers
from .messages import describe, error_message, is_traced

_LARGEST = 2**31 - 1
"""Step counts are int32."""


def check_size(name: str, value: object) -> None:
    """Raise unless `value` is a positive integer."""
    if integer_from(name, value) < 1:
        raise ValueError(error_message(f"{name}={value}", "at least 1", f"Pass a positive {name}."))


def check_count(name: str, value: object) -> int:
    """`value` as an integer that is not negative; raises otherwise."""
    count = integer_from(name, value)
    if not 0 <= count <= _LARGEST:
        expected, remedy = f"from 0 to {_LARGEST}", f"Pass for instance {name}=1000."
        raise ValueError(error_message(f"{name}={value}", expected, remedy))
    return count


def integer_from(name: str, value: object) -> int:
    """`value` as a Python integer; raises if it is none."""
    if is_traced(value):
        remedy = f"Mark it with static_argnames='{name}' where you call jit."
        raise TypeError(error_message(f"a traced {name}", "an integer known to Python", remedy))
    if isinstance(value, np.ndarray | jax.Array):
        if value.ndim or not jnp.issubdtype(value.dtype, jnp.integer):
            got = f"{name} of shape {value.shape} and dtype {value.dtype}"
            raise TypeError(error_message(got, "an integer", "Pass a whole number."))
    elif isinstance(value, bool | np.bool_ | type) or not isinstance(value, SupportsIndex):
        raise TypeError(error_message(describe(name, value), "an integer", "Pass a whole number."))
    return value.__index__()


def check_step_limit(value: object) -> jax.Array | np.int32:
    """`max_steps` as int32; it may be traced. Raises unless it is an integer from 0."""
    if is_traced(value):
        array = jnp.asarray(value)
        if array.ndim or not jnp.issubdtype(array.dtype, jnp.integer):
            got = f"max_steps of shape {array.shape} and dtype {array.dtype}"
            raise TypeError(error_message(got, "an integer", "Cast it with .astype('int32')."))
        return array
    return np.int32(check_count("max_steps", value))


def check_tolerance(tol: object) -> None:
    """Raise unless `tol` is one positive, finite number; a traced one passes."""
    remedy = "Try tol=1e-6."
    if not isinstance(tol, int | float | np.number | np.ndarray | jax.Array) or tol is True:
        raise TypeError(error_message(describe("tol", tol), "a number", remedy))
    array = as_numbers("tol", tol)
    if array.ndim or array.dtype.kind == "b":
        got = f"tol of shape {array.shape} and dtype {array.dtype}"
        raise ValueError(error_message(got, "a single number", remedy))
    if not is_traced(array) and not 0 < float(array) < np.inf:
        raise ValueError(error_message(f"tol={tol}", "a positive number that is finite", remedy))


def check_switch(name: str, value: object) -> None:
    """Raise unless `value` is True or False."""
    if not isinstance(value, bool | np.bool_):
        got = f"a traced {name}" if is_traced(value) else describe(name, value)
        raise TypeError(error_message(got, "True or False", f"Pass {name}=True or {name}=False."))


def check_key(key: object) -> None:
    """Raise unless `key` is one JAX random key, or None."""
    if key is None:
        return
    got = describe("key", key)
    if isinstance(key, np.ndarray | jax.Array):
        # The older form of a key is a vector of 32-bit words.
        older = key.dtype == np.uint32 and key.ndim == 1
        if older or (jnp.issubdtype(key.dtype, jax.dtypes.prng_key) and key.ndim == 0):
            return
        got = f"keys of shape {key.shape} and dtype {key.dtype}"
    remedy = "Pass jax.random.key(0), or None for the order of the data."
    raise TypeError(error_message(got, "one random key", remedy))
