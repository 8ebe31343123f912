"""Checks of parameters: weights and bias that belong together."""

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import DTypeLike

from .._types import Params
from .arrays import as_numbers, put
from .messages import describe, error_message
from .rounding import is_rounded, warn_of_rounding

_SHAPES = "weights [outputs, features] and bias [outputs]"


def check_params(params: object) -> Params:
    """Parameters of one model as device arrays; raises if they are none."""
    checked = check_params_of_many(params)
    weights, bias = checked
    if weights.ndim != 2 or bias.ndim != 1:
        remedy = (
            "Use sweep, solve_many or evaluate for many models, coef.reshape(1, -1) for one output."
        )
        raise ValueError(error_message(_shapes(checked), f"{_SHAPES} of one model", remedy))
    return checked


def check_params_of_many(params: object) -> Params:
    """Parameters with or without a leading axis `[models]` as device arrays; raises if they are none.

    Args:
        params: what the user passed.

    Returns:
        Weights and bias of one floating dtype and one number of outputs.

    Raises:
        ValueError, TypeError: if shapes or dtypes do not fit each other.
    """
    if not isinstance(params, Params):
        inner = isinstance(getattr(params, "params", None), Params)
        remedy = "Pass its .params." if inner else "Start from init(num_features, num_outputs)."
        raise TypeError(error_message(describe("params", params), "Params(weights, bias)", remedy))
    arrays = as_numbers("weights", params.weights), as_numbers("bias", params.bias)
    for name, array in zip(("weights", "bias"), arrays, strict=True):
        if not jnp.issubdtype(array.dtype, jnp.floating):
            remedy = f"Cast them with {name}.astype('float32')."
            raise TypeError(error_message(f"{name} of dtype {array.dtype}", "floating", remedy))
        if is_rounded(array):
            warn_of_rounding(name)
    checked = Params(*map(put, arrays))
    weights, bias = checked
    if weights.dtype != bias.dtype:
        got = f"weights of dtype {weights.dtype} and bias of dtype {bias.dtype}"
        raise TypeError(error_message(got, "one dtype for both", f"Cast to {weights.dtype}."))
    if weights.ndim < 2 or bias.ndim < 1 or weights.shape[-2] != bias.shape[-1]:
        remedy = "Give each output a row of weights and one entry of bias."
        raise ValueError(error_message(_shapes(checked), _SHAPES, remedy))
    if 0 in weights.shape[-2:]:
        remedy = "Start from init(num_features, num_outputs)."
        raise ValueError(error_message(_shapes(checked), "at least one of each", remedy))
    return checked


def check_floating(dtype: DTypeLike) -> None:
    """Raise unless parameters can have this dtype."""
    remedy = "Use float32; float64 after jax.config.update('jax_enable_x64', True)."
    try:
        found = jnp.dtype(dtype) if isinstance(dtype, str | type | np.dtype) else None
    except TypeError:
        found = None
    if found is None or not jnp.issubdtype(found, jnp.floating):
        got = describe("dtype", dtype if found is None else str(found))
        raise TypeError(error_message(got, "a floating dtype", remedy))
    if found.itemsize > 4 and jax.dtypes.canonicalize_dtype(np.float64) != found:
        got = f"dtype {found} while JAX's 64-bit types are off"
        raise TypeError(error_message(got, "a dtype that JAX has", remedy))


def check_solvable(dtype: DTypeLike) -> None:
    """Raise unless a solve, which factors matrices, is possible in the parameters' dtype."""
    if dtype not in (np.float32, np.float64):
        remedy = "Cast x and the start to float32; fit trains in any floating dtype."
        raise TypeError(error_message(f"parameters of dtype {dtype}", "float32 or float64", remedy))


def _shapes(params: Params) -> str:
    return f"weights of shape {params.weights.shape} and bias of shape {params.bias.shape}"
