"""Arguments as arrays: what counts as one, and how it reaches the device without losing a digit."""

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import DTypeLike

from .messages import describe, error_message, is_traced

HostArray = np.ndarray | jax.Array
"""An array whose entries are real numbers or booleans; not yet in a dtype of JAX if it is NumPy's."""

_SHARED_FROM = 64
"""Bytes whose multiples are addresses from which JAX shares an array on the CPU."""

_SEQUENCES = (list, tuple, range, bool, int, float, np.generic)


def as_numbers(name: str, value: object) -> HostArray:
    """`value` as an array of real numbers or booleans, unchanged; raises if it is none.

    Args:
        name: how messages refer to the argument.
        value: an array of JAX or NumPy, anything that NumPy converts by itself (a pandas series, a tensor
            of PyTorch on the CPU), numbers, or nested sequences of these.

    Returns:
        An array of JAX as it is, anything else as an array of NumPy.

    Raises:
        TypeError: if it is not an array, or its entries are not real numbers.
        ValueError: if nested sequences differ in length.
    """
    if isinstance(value, jax.Array):
        if jnp.issubdtype(value.dtype, jax.dtypes.extended):
            raise TypeError(_no_numbers(name, value.dtype))
        if not is_traced(value) and value.is_deleted():
            got, remedy = f"{name} that was deleted or donated", "Keep the array, or make it anew."
            raise ValueError(error_message(got, "an array that is there", remedy))
        return value if _has_dtype_of_jax(value) else np.asarray(value)
    array = value if type(value) is np.ndarray else _by_numpy(name, value)
    if isinstance(array, np.ndarray) and not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))  # as many file formats store numbers
    real = array.dtype.kind in "biu" or jnp.issubdtype(array.dtype, jnp.floating)
    if isinstance(array, jax.Array) or (real and array.dtype.itemsize <= 8):
        return array
    raise TypeError(_no_numbers(name, array.dtype))


def put(array: HostArray, dtype: DTypeLike | None = None) -> jax.Array:
    """An array from `as_numbers` on the device, in a dtype; concrete if it was, also under `jit`."""
    if isinstance(array, jax.Array) and (dtype is None or array.dtype == dtype):
        return array
    if is_traced(array):
        return jnp.asarray(array, dtype)
    # Under the user's own `jit` a conversion would otherwise be traced, and the values no longer be known.
    with jax.ensure_compile_time_eval():
        if isinstance(array, jax.Array):
            return array.astype(dtype)
        # `device_put` may share the memory of NumPy's array, which its owner may change while a program
        # still reads it: hence a copy. `jnp.asarray` copies as well, but compiles a program to do so.
        return jax.device_put(_own_copy(array, jax.dtypes.canonicalize_dtype(dtype or array.dtype)))


def _own_copy(array: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """A copy in a dtype, where `device_put` shares its memory: elsewhere it would copy the copy."""
    size = array.size * dtype.itemsize
    room = np.empty(size + _SHARED_FROM, np.uint8)
    start = -room.ctypes.data % _SHARED_FROM
    copy = room[start : start + size].view(dtype).reshape(array.shape)
    copy[...] = array
    return copy


def put_integers(name: str, array: HostArray) -> jax.Array:
    """As `put`, for integers that may not fit the dtype JAX gives them; raises if one does not.

    With 64-bit types off JAX stores int64 as int32, in which 2**32 would become 0.
    """
    if isinstance(array, np.ndarray) and array.dtype.kind in "iu" and array.size:
        limits = np.iinfo(jax.dtypes.canonicalize_dtype(array.dtype))
        low, high = int(array.min()), int(array.max())
        if low < limits.min or high > limits.max:
            got = f"{name} with integers from {low} to {high}"
            remedy = "Renumber from 0: np.unique(values, return_inverse=True)[1]."
            raise ValueError(error_message(got, f"integers that {limits.dtype} can hold", remedy))
    return put(array)


def _has_dtype_of_jax(array: jax.Array) -> bool:
    # An array made while 64-bit types were on is taken as one of NumPy once they are off.
    small = array.dtype.itemsize < 8 or is_traced(array)
    return small or jax.dtypes.canonicalize_dtype(array.dtype) == array.dtype


def _by_numpy(name: str, value: object) -> HostArray:
    if isinstance(value, np.ma.MaskedArray):
        remedy = f"Drop or impute what is masked, or give it weight 0: {name}.filled(0)."
        got = f"{name} as a masked array"
        raise TypeError(error_message(got, "an array without a mask", remedy))
    if not isinstance(value, (np.ndarray, *_SEQUENCES)) and not hasattr(value, "__array__"):
        remedy = f"Pass np.asarray({name})."
        if hasattr(value, "toarray"):
            remedy = f"Sparse arrays are not supported: pass {name}.toarray()."
        raise TypeError(error_message(describe(name, value), "an array", remedy))
    try:
        return np.asarray(value)
    except jax.errors.TracerArrayConversionError:
        return jnp.asarray(value)  # a list with traced numbers in it
    except Exception as error:
        kind = ValueError if isinstance(error, ValueError) else TypeError
        got = f"{name} of type {type(value).__name__} that NumPy cannot convert ({error})"
        remedy = "Give all rows the same length, or copy a tensor to the CPU first."
        raise kind(error_message(got, "an array of numbers", remedy)) from error


def _no_numbers(name: str, dtype: DTypeLike) -> str:
    remedy = {
        "U": "Number the names: np.unique(names, return_inverse=True)[1].",
        "M": "Subtract a date and divide by a unit: (x - x.min()) / np.timedelta64(1, 'D').",
        "m": "Divide by a unit: x / np.timedelta64(1, 'D').",
        "c": "Pass the real and the imaginary part as two columns.",
        "f": f"Cast it with {name}.astype('float64').",
    }
    kind = getattr(dtype, "kind", "")
    kind = "U" if kind in "UST" else kind
    fallback = f"Convert every entry to a number: {name}.astype('float32')."
    expected = "real numbers of at most 64 bits"
    return error_message(f"{name} of dtype {dtype}", expected, remedy.get(kind, fallback))
