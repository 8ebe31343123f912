"""Checks of batch orders."""

import jax
import jax.numpy as jnp

from .._types import ArrayInput
from .messages import error_message, is_traced

_REMEDY = "Make one with epoch_plan(key, num_examples, batch_size, epochs)."


def check_plan(plan: ArrayInput, num_examples: int, *, values: bool) -> jax.Array:
    """`plan` as an integer array `[steps, batch]` of indices into the data; raises otherwise."""
    array = jnp.asarray(plan)
    if not jnp.issubdtype(array.dtype, jnp.integer):
        raise TypeError(error_message(f"plan of dtype {array.dtype}", "integers", _REMEDY))
    if array.ndim != 2 or 0 in array.shape:
        expected = "[steps, batch], rank 2, not empty"
        raise ValueError(error_message(f"plan of shape {array.shape}", expected, _REMEDY))
    if values:
        check_plan_values(array, num_examples)
    return array


def check_plan_values(plan: jax.Array, num_examples: int) -> None:
    """Raise unless the indices of one plan, or of many `[models, steps, batch]`, are in the data."""
    if is_traced(plan):
        return
    low, high = int(plan.min()), int(plan.max())
    if low < -1 or high >= num_examples:
        expected = f"indices from 0 to {num_examples - 1}, or -1 for padding"
        raise ValueError(error_message(f"indices from {low} to {high}", expected, _REMEDY))
    if not (plan >= 0).any(axis=-1).all():
        expected = "at least one index in every step"
        raise ValueError(error_message("a step that has only -1", expected, _REMEDY))
