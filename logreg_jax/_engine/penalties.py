"""The penalties of a model: their value, their presence, and the operator of l1."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Scalar

from .._types import Hyperparameter, Model, Params


def penalty(model: Model, params: Params) -> Scalar:
    """`l2 / 2 * sum(weights ** 2) + l1 * sum(abs(weights))`, what `loss` adds to the mean."""
    total = jnp.zeros((), params.weights.dtype)
    if model.l2 is not None:
        total += 0.5 * model.l2 * jnp.sum(params.weights**2)
    if model.l1 is not None:
        total += model.l1 * jnp.sum(jnp.abs(params.weights))
    return total


def without_zero_penalties(model: Model) -> Model:
    """The model with None for each penalty that is the number zero, so that it costs nothing.

    A zero in an array stays.
    """
    # A choice of what is computed: a penalty is an operand of the compiled program, and one that is zero
    # costs what any other does. Without it digits trains 1.22 times as fast, MNIST 1.05 times (JAX 0.10.2).
    return replace(without_zero_l1(model), l2=_none_if_zero(model.l2))


def without_zero_l1(model: Model) -> Model:
    """The model with None for an l1 that is the number zero; a zero in an array stays.

    The bounds, searches and derivatives for l1 are then no part of the program.
    """
    return replace(model, l1=_none_if_zero(model.l1))


def l1_of(model: Model) -> Hyperparameter:
    """The l1 penalty, 0 where there is none."""
    return 0.0 if model.l1 is None else model.l1


def has_l1(model: Model) -> bool:
    """Whether the model has an l1 penalty; False if the penalty is traced."""
    l1 = l1_of(model)
    return not isinstance(l1, jax.core.Tracer) and bool(np.any(np.asarray(l1) > 0))


def soft_threshold(values: Array, threshold: Hyperparameter) -> Array:
    """The proximal operator of `threshold * abs`: values moved towards zero, at most to zero."""
    return jnp.sign(values) * jnp.maximum(jnp.abs(values) - threshold, 0)


def _none_if_zero(penalty: Hyperparameter | None) -> Hyperparameter | None:
    return None if isinstance(penalty, int | float) and penalty == 0 else penalty
