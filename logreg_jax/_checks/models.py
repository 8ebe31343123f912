"""Checks of models: their kind, their functions, the number of outputs."""

from dataclasses import replace
from typing import Any, get_args

import jax
import jax.numpy as jnp
from jaxtyping import Array

from .._engine.losses import (
    binary_cross_entropy,
    binary_cross_entropy_conjugate,
    cross_entropy,
    cross_entropy_conjugate,
    squared_error,
    squared_error_conjugate,
)
from .._types import Batch, Model, Params, Target
from .messages import describe, error_message

_TARGETS = get_args(Target)

_KNOWN = frozenset(
    {squared_error, binary_cross_entropy, cross_entropy}
    | {squared_error_conjugate, binary_cross_entropy_conjugate, cross_entropy_conjugate}
)


def check_model(model: object) -> None:
    """Raise unless `model` is a model with a known target and functions."""
    if not isinstance(model, Model):
        remedy = (
            "Pass linear, logistic or softmax; the order is model, solver, params, state, data."
        )
        raise TypeError(error_message(describe("model", model), "a Model", remedy))
    if model.target not in _TARGETS:
        got = describe(f"{model.name} with target", model.target)
        raise ValueError(error_message(got, "a known target", f"Use one of {', '.join(_TARGETS)}."))
    functions = {"example_loss": model.example_loss, "inverse_link": model.inverse_link}
    if model.conjugate is not None:
        functions["conjugate"] = model.conjugate
    for name, function in functions.items():
        if not callable(function) or getattr(function, "__hash__", None) is None:
            remedy = "Pass a function of arrays, such as those of lj.logistic."
            raise TypeError(error_message(describe(name, function), "a function", remedy))
    _check_constants(model)


def _check_constants(model: Model) -> None:
    curvature, below = model.curvature, model.separable_below
    bounds = isinstance(curvature, tuple) and len(curvature) == 2
    if not bounds or not all(isinstance(bound, int | float) for bound in curvature):
        remedy = "Pass two numbers, such as (0.0, 0.25) of logistic."
        raise TypeError(error_message(f"curvature={curvature!r}", "(lower, upper)", remedy))
    if not 0 <= curvature[0] <= curvature[1]:
        remedy = "A loss that is convex has no negative curvature."
        raise ValueError(error_message(f"curvature={curvature}", "0 <= lower <= upper", remedy))
    if below is not None and not isinstance(below, int | float):
        remedy = "Pass the loss of an example on the boundary, such as math.log(2)."
        raise TypeError(error_message(describe("separable_below", below), "a number", remedy))


def check_outputs(model: Model, params: Params) -> None:
    """Raise unless the parameters have a number of outputs that the model can have."""
    outputs = params.bias.shape[-1]
    if model.target == "binary" and outputs != 1:
        remedy = f"Start {model.name} from init(num_features)."
        raise ValueError(error_message(f"{outputs} outputs", f"1 for {model.name}", remedy))
    if model.target == "multiclass" and outputs == 1:
        remedy = (
            "Start from init(num_features, num_outputs=classes), or use logistic for two classes."
        )
        raise ValueError(error_message("1 output", f"one for each class for {model.name}", remedy))


def check_functions(model: Model, params: Params, batch: Batch) -> None:
    """Raise if a function of one's own cannot be traced or differentiated, or returns another shape.

    Functions of this library are not tried. One's own are traced once for each shape of the arguments.

    Args:
        model: its loss, and its conjugate if it has one.
        params: of one model; they decide the number of outputs.
        batch: checked examples of one model.

    Raises:
        TypeError: if a function cannot be traced.
        ValueError: if it does not return one number for each example.
    """
    tried = {"example_loss": _losses_and_slopes, "conjugate": _conjugates}
    for name, trace in tried.items():
        function = getattr(model, name)
        if function is not None and function not in _KNOWN:
            scores = jax.ShapeDtypeStruct((len(batch.y), len(params.bias)), params.bias.dtype)
            y = jax.ShapeDtypeStruct(batch.y.shape, batch.y.dtype)
            _check_function(f"the {name} of {model.name}", trace, model, scores, y)


def _check_function(
    function: str, trace: Any, model: Model, scores: jax.ShapeDtypeStruct, y: jax.ShapeDtypeStruct
) -> None:
    try:
        # Without its penalties, since new ones are no reason to trace anew.
        found = jax.tree.leaves(trace.eval_shape(replace(model, l2=0.0, l1=0.0), scores, y))
    except Exception as error:
        got = f"{function}, which raised {type(error).__name__} when traced"
        remedy = "Write it with jax.numpy, without float() and without an if on values."
        expected = "a function of arrays that jit and grad can transform"
        raise TypeError(error_message(got, expected, remedy)) from error
    shapes = [leaf.shape for leaf in found]
    if shapes != [scores.shape[:1]]:
        got = f"{function}, which returned {' and '.join(map(str, shapes)) or 'nothing'}"
        remedy = "Sum over the outputs, not over the examples."
        raise ValueError(error_message(got, f"shape {scores.shape[:1]}, [examples]", remedy))


@jax.jit
def _losses_and_slopes(model: Model, scores: Array, y: Array) -> Any:
    losses, vjp = jax.vjp(lambda scores: model.example_loss(scores, y), scores)
    # The slopes are traced, and no part of the result.
    vjp(jax.tree.map(jnp.ones_like, losses))
    return losses


@jax.jit
def _conjugates(model: Model, dual: Array, y: Array) -> Any:
    assert model.conjugate is not None
    return model.conjugate(dual, y)
