"""Checks of batch orders."""

import jax
import jax.numpy as jnp
from jaxtyping import Array

from .._remembered import once_per_array
from .arrays import as_numbers, put_integers
from .messages import error_message, is_traced

_REMEDY = "Make one with epoch_plan(key, num_examples, batch_size, epochs)."


def check_plan(plan: object, num_examples: int, *, values: bool) -> jax.Array:
    """`plan` as an integer array `[steps, batch]` of indices into the data; raises otherwise."""
    array = check_is_plan(plan)
    if array.ndim != 2 or 0 in array.shape:
        expected = "[steps, batch], rank 2, not empty"
        raise ValueError(error_message(f"plan of shape {array.shape}", expected, _REMEDY))
    if values:
        check_plan_values(array, num_examples)
    return array


def check_is_plan(plan: object) -> jax.Array:
    """`plan` as an array of integers of any rank, none of which is cut; raises otherwise."""
    array = as_numbers("plan", plan)
    if not jnp.issubdtype(array.dtype, jnp.integer):
        raise TypeError(error_message(f"plan of dtype {array.dtype}", "integers", _REMEDY))
    return put_integers("plan", array)


def check_plan_values(plan: jax.Array, num_examples: int) -> None:
    """Raise unless the indices of one plan, or of many `[models, steps, batch]`, are in the data."""
    if is_traced(plan):
        return
    with jax.ensure_compile_time_eval():
        low, high, every_step = _known_summary(plan)
    if low < -1 or high >= num_examples:
        expected = f"indices from 0 to {num_examples - 1}, or -1 for padding"
        raise ValueError(error_message(f"indices from {low} to {high}", expected, _REMEDY))
    if not every_step:
        expected = "at least one index in every step"
        raise ValueError(error_message("a step that has only -1", expected, _REMEDY))


@once_per_array
def _known_summary(plan: Array) -> tuple[int, int, bool]:
    low, high, every_step = _summary(plan)
    return int(low), int(high), bool(every_step)


@jax.jit
def _summary(plan: Array) -> tuple[Array, Array, Array]:
    """The smallest and the largest index, and whether every step has an index."""
    return plan.min(), plan.max(), (plan.max(axis=-1) >= 0).all()
