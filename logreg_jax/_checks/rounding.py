"""Numbers that a narrower dtype cannot hold: float64 where JAX's 64-bit types are off, and large integers.

JAX rounds silently. Whether 64-bit types are on is the user's choice, so features that float32 represents
well are rounded with a warning, once in a process; what it does not represent is refused.
"""

import warnings

import jax.numpy as jnp
import numpy as np

from .arrays import HostArray
from .messages import error_message, is_traced

_WIDER = (
    "call jax.config.update('jax_enable_x64', True) first and start from init(..., dtype='float64')"
)

_LOST_SHARE = 0.01
"""Rounding by more than this share of the range of a column is refused."""


def is_rounded(array: HostArray) -> bool:
    """Whether JAX would round this array from float64 to float32."""
    return array.dtype == np.float64 and jnp.result_type(float) == np.float32


def warn_of_rounding(name: str) -> None:
    """Say once, for each argument, that float64 is rounded."""
    got = f"{name} of dtype float64 while JAX's 64-bit types are off"
    remedy = f"It is rounded. Pass {name}.astype('float32'), or {_WIDER}."
    # Without a stack level Python shows it once in a process, not once for each line that calls.
    warnings.warn(error_message(got, "float32", remedy))  # noqa: B028


def check_rounding(name: str, array: HostArray, dtype: np.dtype, *, columns: bool) -> None:
    """Raise if rounding to `dtype` loses what distinguishes the entries; a traced array passes.

    Sixty timestamps in seconds, all about 1.7e9, would become a single number in float32. NaN and
    infinite entries pass, too; another check finds them.

    Args:
        name: how messages refer to the argument.
        array: features or real targets, one model's or many.
        dtype: the floating dtype that they will be cast to.
        columns: whether each entry of the last axis is a quantity of its own, as the features of x are.

    Raises:
        ValueError: if the rounding of a column is more than a hundredth of its range, or one of its
            entries is beyond the range of `dtype`.
    """
    if is_traced(array) or not array.size or not _is_narrower(dtype, array.dtype):
        return
    table = np.asarray(array).reshape(-1, array.shape[-1] if columns and array.ndim else 1)
    low, high = (np.asarray(edge, np.float64) for edge in (table.min(axis=0), table.max(axis=0)))
    largest = np.maximum(np.abs(low), np.abs(high))
    limits = jnp.finfo(dtype)
    with np.errstate(invalid="ignore"):  # infinite entries
        span = high - low
        smallest = float(limits.eps) * largest + float(limits.tiny)
        suspect = (span > 0) & (smallest > _LOST_SHARE * span)
        beyond = np.isfinite(largest) & (largest > float(limits.max))
    for column in np.flatnonzero(beyond | suspect):
        if beyond[column] or _rounding(table[:, column], dtype) > _LOST_SHARE * span[column]:
            place = f" in column {column} of {name}" if columns else f" in {name}"
            got = f"numbers from {low[column]} to {high[column]}{place}"
            expected = f"numbers that {dtype} can tell apart"
            remedy = f"Subtract the mean and divide by the scale first, or {_WIDER}."
            raise ValueError(error_message(got, expected, remedy))


def check_range(name: str, array: HostArray, dtype: np.dtype) -> None:
    """Raise if `dtype` turns a number that is not zero into zero, or a finite one into infinity.

    Args:
        name: how messages refer to the argument.
        array: penalties, the values of a grid, or weights; an array of JAX passes if it is traced.
        dtype: the floating dtype that they will be cast to.

    Raises:
        ValueError: for the first such number.
    """
    if is_traced(array) or not _is_narrower(dtype, array.dtype):
        return
    exact = np.asarray(array)
    with np.errstate(over="ignore", under="ignore"):
        cast = exact.astype(dtype)
    lost = ((cast == 0) & (exact != 0)) | (np.isinf(cast) & np.isfinite(exact))
    if lost.any():
        got, limits = f"{name}={exact[lost].ravel()[0]}", jnp.finfo(dtype)
        remedy = f"Rescale it: {dtype} holds numbers from {limits.tiny:.0e} to {limits.max:.0e}."
        raise ValueError(error_message(got, f"a number that {dtype} can hold", remedy))


def _is_narrower(dtype: np.dtype, other: np.dtype) -> bool:
    if other.kind == "b" or dtype == other:
        return False
    if jnp.issubdtype(other, jnp.integer):
        return jnp.iinfo(other).bits > jnp.finfo(dtype).nmant
    return jnp.finfo(other).bits > jnp.finfo(dtype).bits


def _rounding(entries: np.ndarray, dtype: np.dtype) -> float:
    exact = entries.astype(np.float64)
    return float(np.max(np.abs(exact - exact.astype(dtype).astype(np.float64))))
