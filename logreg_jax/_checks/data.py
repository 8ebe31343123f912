"""Checks of features, targets and sample weights: their kind, shape and dtype."""

import jax
import jax.numpy as jnp
import numpy as np

from .._types import Batch, Model, Params
from .arrays import as_numbers, put, put_integers
from .messages import describe, error_message
from .models import check_outputs
from .rounding import check_range, check_rounding, is_rounded, warn_of_rounding
from .values import check_batch_values


def check_features(params: Params, x: object) -> jax.Array:
    """`x` as an array `[examples, features]` of the parameters' dtype; raises otherwise."""
    array = as_features(x)
    got = f"x of shape {array.shape}"
    if array.ndim != 2:
        remedy = "Use x.reshape(len(x), -1), or x[None] for one example."
        raise ValueError(error_message(got, "[examples, features], rank 2", remedy))
    if array.shape[0] == 0:
        raise ValueError(error_message(got, "at least one example", "Pass data that is not empty."))
    if array.shape[1] != params.weights.shape[1]:
        remedy = f"Start from init(num_features={array.shape[1]}, ...)."
        expected = f"{params.weights.shape[1]} features, as weights {params.weights.shape} have"
        raise ValueError(error_message(got, expected, remedy))
    if array.dtype != params.weights.dtype:
        remedy = f"Cast x, or start from init(..., dtype='{array.dtype}')."
        expected = f"the parameters' dtype {params.weights.dtype}"
        raise TypeError(error_message(f"x of dtype {array.dtype}", expected, remedy))
    return array


def check_batch(
    model: Model, params: Params, batch: Batch, *, values: bool, dtype: np.dtype | None = None
) -> Batch:
    """`batch` as device arrays; raises if it does not fit the model and the parameters.

    Args:
        model: decides which targets are allowed.
        params: decide the number of features and outputs.
        batch: what the user passed.
        values: also check the numbers themselves (concrete arrays only).
        dtype: of real targets and sample weights; by default that of x.

    Returns:
        The batch, with real targets and sample weights in that dtype.

    Raises:
        ValueError, TypeError: if a shape, a dtype or a value does not fit.
    """
    check_outputs(model, params)
    check_is_batch(batch)
    x = check_features(params, batch.x)
    outputs = params.bias.shape[0]
    dtype = dtype or x.dtype
    y = _targets(model, batch.y, dtype)
    if model.target == "continuous" and outputs > 1:
        if y.shape != (len(x), outputs):
            remedy = (
                "Give each output a column of y, or start from init(num_features) for one output."
            )
            expected = f"[examples, outputs], {(len(x), outputs)}"
            raise ValueError(error_message(f"y of shape {y.shape}", expected, remedy))
    else:
        _check_per_example("y", y, x)
    weight = _weights(batch.weight, dtype)
    if weight is not None:
        _check_per_example("weight", weight, x)
    checked = Batch(x, y, weight)
    if values:
        check_batch_values(model, checked, outputs)
    return checked


def check_batch_of_many(model: Model, params: Params, batch: Batch) -> Batch:
    """`batch` as device arrays of the dtypes that `check_batch` gives, of any rank."""
    check_outputs(model, params)
    check_is_batch(batch)
    x = as_features(batch.x)
    return Batch(x, _targets(model, batch.y, x.dtype), _weights(batch.weight, x.dtype))


def check_is_batch(batch: object) -> None:
    """Raise unless `batch` is a `Batch`."""
    if not isinstance(batch, Batch):
        remedy = "Wrap the arrays: Batch(x, y), or Batch(x, y, weight)."
        raise TypeError(error_message(describe("data", batch), "a Batch", remedy))


def as_features(x: object) -> jax.Array:
    """`x` as a floating array of any rank; raises if it is none. Says so if it is rounded."""
    if isinstance(x, list | tuple | range | int | float):
        got, remedy = describe("x", x), "Wrap it in jnp.asarray(x)."
        raise TypeError(error_message(got, "an array", remedy))
    array = as_numbers("x", x)
    if not jnp.issubdtype(array.dtype, jnp.floating):
        remedy = "Scale or cast it first, for example x.astype('float32') / 255."
        raise TypeError(error_message(f"x of dtype {array.dtype}", "a floating dtype", remedy))
    if is_rounded(array):
        check_rounding("x", array, np.dtype("float32"), columns=True)
        warn_of_rounding("x")
    return put(array)


def _targets(model: Model, y: object, dtype: np.dtype) -> jax.Array:
    array = as_numbers("y", y)
    if model.target == "continuous":
        check_rounding("y", array, dtype, columns=False)
        return put(array, dtype)
    if model.target == "multiclass" and not jnp.issubdtype(array.dtype, jnp.integer):
        remedy = "Cast class labels with y.astype('int32')."
        got = f"y of dtype {array.dtype}"
        raise TypeError(error_message(got, f"integers for {model.name}", remedy))
    return put_integers("y", array)


def _weights(weight: object, dtype: np.dtype) -> jax.Array | None:
    if weight is None:
        return None
    array = as_numbers("weight", weight)
    check_range("weight", array, dtype)
    return put(array, dtype)


def _check_per_example(name: str, array: jax.Array, x: jax.Array) -> None:
    if array.ndim != 1:
        remedy = f"Use {name}.reshape(-1), or argmax(axis=1) if it is one-hot."
        got = f"{name} of shape {array.shape}"
        raise ValueError(error_message(got, "[examples], rank 1", remedy))
    if len(array) != len(x):
        remedy = f"Slice x and {name} with the same index."
        got, expected = f"{len(array)} entries in {name}", f"{len(x)}, one per row of x"
        raise ValueError(error_message(got, expected, remedy))
