"""Checks of what `Optax` builds its optimiser from, made where it is built, while tracing."""

from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
from jax.tree_util import Partial

from .._types import Hyperparameter
from .arrays import as_numbers
from .messages import describe, error_message

_REMEDY = "Write Optax(1e-3, optax.adam)."


def check_optimizer(
    make: object, learning_rate: Hyperparameter, hyperparameters: Mapping[str, Hyperparameter]
) -> None:
    """Raise unless the arguments of `Optax` are a function, a step size or a schedule, and numbers.

    Args:
        make: what builds the optimiser.
        learning_rate: a number, or a schedule as `Partial`. None would build an optimiser that ascends.
        hyperparameters: further numbers by name; None takes what `make` does without one.

    Raises:
        TypeError: if something is of another kind.
        ValueError: if a number is an array.
    """
    if not callable(make):
        expected = "a function such as optax.adam, which takes the learning rate"
        raise TypeError(error_message(describe("make", make), expected, _REMEDY))
    if isinstance(learning_rate, Partial):
        _check_schedule(learning_rate)
    else:
        _check_number("learning_rate", learning_rate)
    if not isinstance(hyperparameters, Mapping):
        got, remedy = describe("hyperparameters", hyperparameters), 'Write {"momentum": 0.9}.'
        raise TypeError(error_message(got, "a dictionary of numbers", remedy))
    for name, value in hyperparameters.items():
        if value is not None:
            _check_number(name, value)


def explain_optimizer(
    make: Callable[..., Any], hyperparameters: Mapping[str, Hyperparameter], error: Exception
) -> TypeError:
    """The error for an optimiser that could not be built."""
    name = getattr(make, "__name__", repr(make))
    arguments = ", ".join(["learning_rate", *hyperparameters])
    got = f"{name}({arguments}), which raised {type(error).__name__} ({str(error).splitlines()[0]})"
    remedy = "Switches and functions are no hyperparameters: set them in a function of your own."
    return TypeError(error_message(got, "an optimiser of optax", remedy))


def _check_schedule(schedule: Partial) -> None:
    name = getattr(schedule.func, "__name__", repr(schedule.func))
    expected = "a function of the number of steps that returns a number"
    remedy = "Write it with jax.numpy, or take one of optax, such as optax.cosine_decay_schedule."
    try:
        shapes = [rate.shape for rate in jax.tree.leaves(jax.eval_shape(schedule, jnp.int32(0)))]
    except Exception as error:
        got = f"the schedule {name}, which raised {type(error).__name__} when traced"
        raise TypeError(error_message(got, expected, remedy)) from error
    if shapes != [()]:
        got = f"the schedule {name}, which returned {' and '.join(map(str, shapes)) or 'nothing'}"
        raise ValueError(error_message(got, expected, remedy))


def _check_number(name: str, value: Hyperparameter) -> None:
    if value is None or isinstance(value, bool | list | tuple):
        remedy = "Switches are set in a function of your own, several values in a sweep. " + _REMEDY
        raise TypeError(error_message(describe(name, value), "a number", remedy))
    array = as_numbers(name, value)
    if array.dtype == bool:
        remedy = "Set switches in a function of your own, which takes the learning rate."
        raise TypeError(error_message(f"{name} of dtype bool", "a number", remedy))
    if jnp.ndim(array):
        remedy = "Use sweep for several values."
        raise ValueError(error_message(f"{name} of shape {array.shape}", "a single number", remedy))
