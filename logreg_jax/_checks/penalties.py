"""Checks of penalties: numbers that are finite and not negative, in the dtype of the parameters."""

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .._types import Model
from .arrays import as_numbers, put
from .messages import describe, error_message, is_traced
from .rounding import check_range

NAMES = ("l2", "l1")


def check_penalties(model: Model, dtype: np.dtype) -> Model:
    """The model with penalties that its program can take; raises otherwise.

    Args:
        model: its penalties may be numbers, arrays, sequences of numbers, or traced.
        dtype: that of the parameters. A penalty of another floating dtype, such as float64 from
            `np.logspace` beside float32 data, is cast; a Python number is left as it is.

    Returns:
        The model itself if nothing had to be converted.

    Raises:
        TypeError: if a penalty is not a real number or an array of them.
        ValueError: if one is negative, not finite, or not zero but zero in this dtype.
    """
    found = {name: getattr(model, name) for name in NAMES}
    checked = {name: _check_penalty(name, value, dtype) for name, value in found.items()}
    changed = {name: value for name, value in checked.items() if value is not found[name]}
    return replace(model, **changed) if changed else model


def check_single_penalties(model: Model) -> None:
    """Raise unless each penalty is a single number."""
    for name in NAMES:
        shape = jnp.shape(getattr(model, name))
        if shape:
            remedy = "Use sweep, solve_path or solve_many for several values."
            raise ValueError(error_message(f"{name} of shape {shape}", "a single number", remedy))


def check_path_penalties(model: Model) -> None:
    """Raise unless one penalty or both have an axis of values, of one length."""
    shapes = {jnp.shape(penalty) for penalty in (model.l2, model.l1)} - {()}
    if len(shapes) != 1 or len(next(iter(shapes))) != 1 or shapes == {(0,)}:
        got = f"penalties of shapes {jnp.shape(model.l2)} and {jnp.shape(model.l1)}"
        expected = "[values], at least one, for l2 or l1, or the same length for both"
        raise ValueError(error_message(got, expected, "Use replace(model, l2=...)."))


def _check_penalty(name: str, penalty: Any, dtype: np.dtype) -> Any:
    if type(penalty) is float or (type(penalty) is int and abs(penalty) < 2**63):
        if penalty == 0:
            return penalty  # the usual case, without a detour through NumPy
        _check_values(name, np.asarray(penalty, np.float64), dtype)
        return penalty
    if penalty is None or isinstance(penalty, bool):
        remedy = "Use 0 for no penalty."
        raise TypeError(error_message(describe(name, penalty), "a number or an array", remedy))
    array = as_numbers(name, penalty)
    if array.dtype == bool:
        remedy = f"Cast it with {name}.astype('float32')."
        raise TypeError(error_message(f"{name} of dtype bool", "numbers", remedy))
    if not is_traced(array):
        _check_values(name, np.asarray(array), dtype)
    if jax.dtypes.canonicalize_dtype(array.dtype) == dtype and hasattr(penalty, "dtype"):
        return penalty
    return put(array, dtype) if isinstance(array, jax.Array) else array.astype(dtype)


def _check_values(name: str, penalty: np.ndarray, dtype: np.dtype) -> None:
    if (penalty < 0).any():
        remedy = "A negative penalty makes the objective concave: use 0 for no penalty."
        raise ValueError(error_message(f"{name}={penalty}", "no negative penalty", remedy))
    if not np.isfinite(penalty).all():
        remedy = "Use a large number to shrink all weights to zero."
        raise ValueError(error_message(f"{name}={penalty}", "a finite penalty", remedy))
    check_range(name, penalty, dtype)
