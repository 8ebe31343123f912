"""Bad input becomes an error that says what was got, what was expected and what to do.

Shapes and dtypes are known at trace time and always checked. Values (labels in range, finite
numbers, indices inside the data) are checked on concrete arrays only: under the user's own `jit` or
`vmap` there is nothing to look at yet.
"""

from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
import numpy as np

from ._types import Batch, Params

if TYPE_CHECKING:
    from .models import Model


def _message(got: str, expected: str, remedy: str) -> str:
    return f"got {got}; expected {expected}. {remedy}"


def _is_traced(*arrays) -> bool:
    return any(isinstance(array, jax.core.Tracer) for array in arrays)


def check_size(name: str, value) -> None:
    """Raise unless `value` is a positive integer."""
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(_message(f"{name}={value!r}", "an integer", "Pass a whole number."))
    if value < 1:
        raise ValueError(_message(f"{name}={value}", "at least 1", f"Pass a positive {name}."))


def check_solver(solver) -> None:
    """Raise unless `solver` has the two functions of a solver."""
    if not (hasattr(solver, "init") and hasattr(solver, "step")):
        remedy = "Wrap an optax optimiser with its learning rate: Optax(1e-3, optax.adam)."
        if hasattr(solver, "iterate"):
            remedy = "It needs all examples in every step: call solve, solve_path or solve_many."
        raise TypeError(
            _message(f"a solver of type {type(solver).__name__}", "one with init and step", remedy)
        )


def check_suited(model: "Model", solver) -> None:
    """Raise unless `solver` is a full-batch solver that can minimise this model's objective."""
    if not hasattr(solver, "iterate"):
        got = f"a solver of type {type(solver).__name__}"
        raise TypeError(_message(got, "one for all examples", "Use LBFGS(), or train with fit."))
    check_no_negative_penalty(model)
    reason = solver.unsuited(model)
    if reason:
        penalties = f"l2={model.l2}, l1={model.l1}"
        remedy = "Proximal() takes l1 penalties, LBFGS() every smooth objective."
        expected = f"a solver that fits ({reason})"
        name = type(solver).__name__
        raise ValueError(_message(f"{name} for {model.name} with {penalties}", expected, remedy))


def check_no_negative_penalty(model: "Model") -> None:
    """Raise if a penalty is negative; not looked at under a transformation."""
    for name in ("l2", "l1"):
        penalty = getattr(model, name)
        if penalty is None:
            raise TypeError(_message(f"{name}=None", "a number or an array", "Use 0 for none."))
        if not _is_traced(penalty) and not np.all(np.asarray(penalty) >= 0):
            remedy = "A negative one makes the objective concave: use 0 for none."
            raise ValueError(_message(f"{name}={penalty}", "no negative penalty", remedy))


def check_positive(name: str, value) -> None:
    """Raise unless every number in `value` is positive; not looked at under a transformation."""
    if not _is_traced(value) and not np.all(np.asarray(value) > 0):
        raise ValueError(_message(f"{name}={value}", "a positive number", f"Try {name}=1e-6."))


def check_features(params: Params, x) -> jax.Array:
    """`x` as an array, `[examples, features]`, of the parameters' dtype; raises otherwise."""
    if not hasattr(x, "dtype"):
        raise TypeError(
            _message(f"x of type {type(x).__name__}", "an array", "Wrap it in jnp.asarray(x).")
        )
    if not jnp.issubdtype(x.dtype, jnp.floating):
        remedy = "Scale or cast it first, for example x.astype('float32') / 255."
        raise TypeError(_message(f"x of dtype {x.dtype}", "a floating dtype", remedy))
    if x.ndim != 2:
        remedy = "Use x.reshape(len(x), -1), or x[None] for one example."
        raise ValueError(_message(f"x of shape {x.shape}", "[examples, features], rank 2", remedy))
    if x.shape[0] == 0:
        raise ValueError(
            _message(
                f"x of shape {x.shape}", "at least one example", "Pass data that is not empty."
            )
        )
    if x.shape[1] != params.weights.shape[1]:
        remedy = f"Start from init(num_features={x.shape[1]}, ...)."
        expected = f"{params.weights.shape[1]} features, as weights {params.weights.shape} have"
        raise ValueError(_message(f"x of shape {x.shape}", expected, remedy))
    x = jnp.asarray(x)
    if x.dtype != params.weights.dtype:
        remedy = f"Cast x, or start from init(..., dtype='{x.dtype}')."
        expected = f"the parameters' dtype {params.weights.dtype}"
        raise TypeError(_message(f"x of dtype {x.dtype}", expected, remedy))
    return x


def check_batch(model: "Model", params: Params, batch: Batch, *, values: bool) -> Batch:
    """`batch` as device arrays; raises if it does not fit the model and the parameters.

    Args:
        model: decides which targets are allowed.
        params: decide the number of features and outputs.
        batch: what the user passed.
        values: also look at the numbers themselves (concrete arrays only).
    """
    x = check_features(params, batch.x)
    outputs = params.bias.shape[0]
    y = _check_targets(model, batch.y, x, outputs)
    if model.target == "multiclass" and not jnp.issubdtype(y.dtype, jnp.integer):
        remedy = "Cast class labels with y.astype('int32')."
        raise TypeError(_message(f"y of dtype {y.dtype}", f"integers for {model.name}", remedy))
    if model.target == "binary" and outputs != 1:
        remedy = f"Start {model.name} from init(num_features)."
        raise ValueError(_message(f"{outputs} outputs", f"1 for {model.name}", remedy))
    weight = batch.weight
    if weight is not None:
        weight = _check_per_example("weight", weight, x).astype(x.dtype)
    checked = Batch(x, y, weight)
    if values:
        check_batch_values(model, checked, outputs)
    return checked


def _check_targets(model: "Model", y, x: jax.Array, outputs: int) -> jax.Array:
    if model.target != "continuous":
        return _check_per_example("y", y, x)
    if outputs == 1:
        return _check_per_example("y", y, x).astype(x.dtype)
    y = jnp.asarray(y, x.dtype)
    if y.shape != (len(x), outputs):
        remedy = "Give each output a column of y, or start from init(num_features) for one output."
        expected = f"[examples, outputs], {(len(x), outputs)}"
        raise ValueError(_message(f"y of shape {y.shape}", expected, remedy))
    return y


def _check_per_example(name: str, array, x: jax.Array) -> jax.Array:
    array = jnp.asarray(array)
    if array.ndim != 1:
        remedy = f"Use {name}.reshape(-1), or argmax(axis=1) if it is one-hot."
        raise ValueError(_message(f"{name} of shape {array.shape}", "[examples], rank 1", remedy))
    if len(array) != len(x):
        remedy = "Slice both with the same index."
        raise ValueError(
            _message(f"{len(array)} entries in {name}", f"{len(x)}, one per row of x", remedy)
        )
    return array


def check_batch_values(model: "Model", batch: Batch, outputs: int) -> None:
    """Raise unless the numbers of a batch, or of many with a first axis, are finite and labels."""
    if _is_traced(*jax.tree.leaves(batch)):
        return
    _check_finite("x", batch.x)
    _check_finite("y", batch.y)
    if model.target != "continuous":
        classes = 2 if model.target == "binary" else outputs
        is_label = (batch.y >= 0) & (batch.y < classes) & (batch.y == jnp.floor(batch.y))
        if not is_label.all():
            first, where = _first_false(is_label)
            expected = f"class labels 0 to {classes - 1} for {model.name} with {outputs} output(s)"
            remedy = "Renumber the labels from 0, for example np.unique(y, return_inverse=True)[1]."
            raise ValueError(_message(f"y[{where}] = {batch.y[first]}", expected, remedy))
    if batch.weight is not None:
        _check_finite("weight", batch.weight)
        if batch.weight.min() < 0 or (batch.weight.max(axis=-1) == 0).any():
            got = f"weights from {batch.weight.min()} to {batch.weight.max()}"
            remedy = "Use 0 to leave an example out, a positive weight to keep it."
            raise ValueError(_message(got, "none negative and at least one positive", remedy))


def _check_finite(name: str, array: jax.Array) -> None:
    # A finite sum proves that every entry is finite in one pass and without a second array; only
    # when it is not (or merely overflows) do the entries have to be looked at one by one.
    if not jnp.issubdtype(array.dtype, jnp.floating) or jnp.isfinite(jnp.sum(array)):
        return
    finite = jnp.isfinite(array)
    if not finite.all():
        first, where = _first_false(finite)
        remedy = "Drop or impute such examples; check_values=False skips this check."
        got = f"{name}[{where}] = {array[first]} ({int((~finite).sum())} such entries)"
        raise ValueError(_message(got, "finite numbers", remedy))


def _first_false(mask: jax.Array) -> tuple[tuple[int, ...], str]:
    first = tuple(int(i) for i in jnp.unravel_index(jnp.argmin(mask), mask.shape))
    return first, ", ".join(map(str, first))


def check_plan(plan, num_examples: int, *, values: bool) -> jax.Array:
    """`plan` as an integer array `[steps, batch]` with indices into the data; raises otherwise."""
    plan = jnp.asarray(plan)
    remedy = "Make one with epoch_plan(key, num_examples, batch_size, epochs)."
    if not jnp.issubdtype(plan.dtype, jnp.integer):
        raise TypeError(_message(f"plan of dtype {plan.dtype}", "integers", remedy))
    if plan.ndim != 2 or 0 in plan.shape:
        expected = "[steps, batch], rank 2, not empty"
        raise ValueError(_message(f"plan of shape {plan.shape}", expected, remedy))
    if values:
        check_plan_values(plan, num_examples)
    return plan


def check_plan_values(plan: jax.Array, num_examples: int) -> None:
    """Raise unless the indices of a plan, or of many with a first axis, are inside the data."""
    if _is_traced(plan):
        return
    low, high = int(plan.min()), int(plan.max())
    remedy = "Make one with epoch_plan(key, num_examples, batch_size, epochs)."
    if low < -1 or high >= num_examples:
        expected = f"indices from 0 to {num_examples - 1}, or -1 for an empty place"
        raise ValueError(_message(f"indices from {low} to {high}", expected, remedy))
    if not (plan >= 0).any(axis=-1).all():
        expected = "at least one index in every step"
        raise ValueError(_message("a step that has only -1", expected, remedy))
