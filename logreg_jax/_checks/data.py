"""Checks of features, targets and sample weights."""

import jax
import jax.numpy as jnp

from .._types import ArrayInput, Batch, Model, Params
from .messages import error_message, is_traced


def check_features(params: Params, x: ArrayInput) -> jax.Array:
    """`x` as an array `[examples, features]` of the parameters' dtype; raises otherwise."""
    if not hasattr(x, "dtype") or not hasattr(x, "shape"):
        got, remedy = f"x of type {type(x).__name__}", "Wrap it in jnp.asarray(x)."
        raise TypeError(error_message(got, "an array", remedy))
    if not jnp.issubdtype(x.dtype, jnp.floating):
        remedy = "Scale or cast it first, for example x.astype('float32') / 255."
        raise TypeError(error_message(f"x of dtype {x.dtype}", "a floating dtype", remedy))
    got = f"x of shape {x.shape}"
    if len(x.shape) != 2:
        remedy = "Use x.reshape(len(x), -1), or x[None] for one example."
        raise ValueError(error_message(got, "[examples, features], rank 2", remedy))
    if x.shape[0] == 0:
        raise ValueError(error_message(got, "at least one example", "Pass data that is not empty."))
    if x.shape[1] != params.weights.shape[1]:
        remedy = f"Start from init(num_features={x.shape[1]}, ...)."
        expected = f"{params.weights.shape[1]} features, as weights {params.weights.shape} have"
        raise ValueError(error_message(got, expected, remedy))
    array = jnp.asarray(x)
    if array.dtype != params.weights.dtype:
        remedy = f"Cast x, or start from init(..., dtype='{array.dtype}')."
        expected = f"the parameters' dtype {params.weights.dtype}"
        raise TypeError(error_message(f"x of dtype {array.dtype}", expected, remedy))
    return array


def check_batch(model: Model, params: Params, batch: Batch, *, values: bool) -> Batch:
    """`batch` as device arrays; raises if it does not fit the model and the parameters.

    Args:
        model: decides which targets are allowed.
        params: decide the number of features and outputs.
        batch: what the user passed.
        values: also check the numbers themselves (concrete arrays only).

    Returns:
        The batch, with real targets and sample weights in the dtype of x.

    Raises:
        ValueError, TypeError: if a shape, a dtype or a value does not fit.
    """
    x = check_features(params, batch.x)
    outputs = params.bias.shape[0]
    y = _check_targets(model, batch.y, x, outputs)
    if model.target == "multiclass" and not jnp.issubdtype(y.dtype, jnp.integer):
        remedy = "Cast class labels with y.astype('int32')."
        raise TypeError(
            error_message(f"y of dtype {y.dtype}", f"integers for {model.name}", remedy)
        )
    if model.target == "binary" and outputs != 1:
        remedy = f"Start {model.name} from init(num_features)."
        raise ValueError(error_message(f"{outputs} outputs", f"1 for {model.name}", remedy))
    weight = batch.weight
    if weight is not None:
        weight = _check_per_example("weight", weight, x).astype(x.dtype)
    checked = Batch(x, y, weight)
    if values:
        check_batch_values(model, checked, outputs)
    return checked


def _check_targets(model: Model, y: ArrayInput, x: jax.Array, outputs: int) -> jax.Array:
    if model.target != "continuous":
        return _check_per_example("y", y, x)
    if outputs == 1:
        return _check_per_example("y", y, x).astype(x.dtype)
    y = jnp.asarray(y, x.dtype)
    if y.shape != (len(x), outputs):
        remedy = "Give each output a column of y, or start from init(num_features) for one output."
        expected = f"[examples, outputs], {(len(x), outputs)}"
        raise ValueError(error_message(f"y of shape {y.shape}", expected, remedy))
    return y


def _check_per_example(name: str, values: ArrayInput, x: jax.Array) -> jax.Array:
    array = jnp.asarray(values)
    if array.ndim != 1:
        remedy = f"Use {name}.reshape(-1), or argmax(axis=1) if it is one-hot."
        got = f"{name} of shape {array.shape}"
        raise ValueError(error_message(got, "[examples], rank 1", remedy))
    if len(array) != len(x):
        remedy = f"Slice x and {name} with the same index."
        got, expected = f"{len(array)} entries in {name}", f"{len(x)}, one per row of x"
        raise ValueError(error_message(got, expected, remedy))
    return array


def check_batch_values(model: Model, batch: Batch, outputs: int) -> None:
    """Raise unless features, targets and weights are finite, labels in range and weights usable.

    Args:
        model: decides what the targets are.
        batch: arrays of one model, or of many with a leading axis `[models]`.
        outputs: number of outputs of a model.

    Raises:
        ValueError: for the first entry that is not allowed.
    """
    if is_traced(*jax.tree.leaves(batch)):
        return
    _check_finite("x", batch.x)
    _check_finite("y", batch.y)
    if model.target != "continuous":
        classes = 2 if model.target == "binary" else outputs
        is_label = (batch.y >= 0) & (batch.y < classes) & (batch.y == jnp.floor(batch.y))
        if not is_label.all():
            index, text = _first_false(is_label)
            expected = f"class labels 0 to {classes - 1} for {model.name} with {outputs} output(s)"
            remedy = "Renumber the labels from 0, for example np.unique(y, return_inverse=True)[1]."
            raise ValueError(error_message(f"y[{text}] = {batch.y[index]}", expected, remedy))
    if batch.weight is not None:
        _check_finite("weight", batch.weight)
        if batch.weight.min() < 0 or (batch.weight.max(axis=-1) == 0).any():
            got = f"weights from {batch.weight.min()} to {batch.weight.max()}"
            remedy = "Use 0 to leave an example out, a positive weight to keep it."
            raise ValueError(error_message(got, "none negative and at least one positive", remedy))


def _check_finite(name: str, array: jax.Array) -> None:
    # A finite sum proves that every entry is finite in one pass and without a second array. Only if
    # the sum is not finite (or merely overflows) do the entries have to be checked one by one.
    if not jnp.issubdtype(array.dtype, jnp.floating) or jnp.isfinite(jnp.sum(array)):
        return
    finite = jnp.isfinite(array)
    if not finite.all():
        index, text = _first_false(finite)
        remedy = "Drop or impute such examples; check_values=False skips this check."
        got = f"{name}[{text}] = {array[index]} ({int((~finite).sum())} such entries)"
        raise ValueError(error_message(got, "finite numbers", remedy))


def _first_false(mask: jax.Array) -> tuple[tuple[int, ...], str]:
    index = tuple(int(i) for i in jnp.unravel_index(jnp.argmin(mask), mask.shape))
    return index, ", ".join(map(str, index))
