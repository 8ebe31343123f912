"""Checks of values: finite numbers, labels in range, usable weights.

One pass over each array answers yes or no, and is made once for each array: `_remembered` keeps the answer.
Which entry is at fault is looked for only if the answer is no.
Traced arrays have no values and pass; concrete ones are checked under the user's own `jit` as well.
"""

from functools import partial

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool

from .._remembered import once_per_array
from .._types import Batch, Model
from .messages import error_message, is_traced


def check_batch_values(model: Model, batch: Batch, outputs: int) -> None:
    """Raise unless features, targets and weights are finite, labels in range and weights usable.

    Args:
        model: decides what the targets are.
        batch: arrays of one model, or of many with a leading axis `[models]`.
        outputs: number of outputs of a model.

    Raises:
        ValueError: for the first entry that is not allowed.
    """
    if not is_traced(batch.x):
        _check_finite("x", batch.x)
    check_target_values(model, batch, outputs)
    if batch.weight is None or is_traced(batch.weight):
        return
    with jax.ensure_compile_time_eval():
        if not _each_has_a_positive(batch.weight):
            _refuse_weights(batch.weight, "none negative and at least one positive")


def check_target_values(model: Model, batch: Batch, outputs: int) -> None:
    """As `check_batch_values`, without the pass over x, and with weights that may all be zero."""
    y, weight = batch.y, batch.weight
    if not is_traced(y):
        if model.target == "continuous":
            _check_finite("y", y)
        else:
            _check_labels(model, y, outputs)
    if weight is not None and not is_traced(weight):
        _check_finite("weight", weight)
        with jax.ensure_compile_time_eval():
            if not _none_is_negative(weight):
                _refuse_weights(weight, "none negative and at least one positive")


def _check_finite(name: str, array: Array) -> None:
    # A finite sum proves that every entry is finite in one pass and without a second array. Only if
    # the sum is not finite (or merely overflows) do the entries have to be checked one by one.
    if not jnp.issubdtype(array.dtype, jnp.floating):
        return
    with jax.ensure_compile_time_eval():
        if _has_finite_sum(array):
            return
        finite = jnp.isfinite(array)
        if not finite.all():
            index, text = _first_false(finite)
            remedy = "Drop or impute such examples; check_values=False skips this check."
            got = f"{name}[{text}] = {array[index]} ({int((~finite).sum())} such entries)"
            raise ValueError(error_message(got, "finite numbers", remedy))


def _check_labels(model: Model, y: Array, outputs: int) -> None:
    classes = 2 if model.target == "binary" else outputs
    with jax.ensure_compile_time_eval():
        if _all_are_labels(y, classes=classes):
            return
        index, text = _first_false(_are_labels(y, classes=classes))
        expected = f"class labels 0 to {classes - 1} for {model.name} with {outputs} output(s)"
        remedy = "Renumber the labels from 0, for example np.unique(y, return_inverse=True)[1]."
        raise ValueError(error_message(f"y[{text}] = {y[index]}", expected, remedy))


def _refuse_weights(weight: Array, expected: str) -> None:
    got = f"weights from {weight.min()} to {weight.max()}"
    remedy = "Use 0 to leave an example out, a positive weight to keep it."
    raise ValueError(error_message(got, expected, remedy))


@once_per_array
def _has_finite_sum(array: Array) -> bool:
    return bool(_finite_sum(array))


@jax.jit
def _finite_sum(array: Array) -> Array:
    return jnp.isfinite(jnp.sum(array))


@partial(jax.jit, static_argnames="classes")
def _are_labels(y: Array, *, classes: int) -> Bool[Array, "..."]:
    found = (y >= 0) & (y < classes)
    return found & (y == jnp.floor(y)) if jnp.issubdtype(y.dtype, jnp.floating) else found


@once_per_array
def _all_are_labels(y: Array, *, classes: int) -> bool:
    return bool(_are_labels(y, classes=classes).all())


@once_per_array
def _none_is_negative(weight: Array) -> bool:
    return bool(weight.min() >= 0)


@once_per_array
def _each_has_a_positive(weight: Array) -> bool:
    """Of each model, along the last axis."""
    return bool((weight.max(axis=-1) > 0).all())


def _first_false(mask: Array) -> tuple[tuple[int, ...], str]:
    index = tuple(int(i) for i in jnp.unravel_index(jnp.argmin(mask), mask.shape))
    return index, ", ".join(map(str, index))
