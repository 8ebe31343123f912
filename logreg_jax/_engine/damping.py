"""Damping for Newton's method where the losses hardly curve.

Far from the minimum a logistic loss is almost a straight line: its second derivatives are close to zero,
and a Newton step would be as long as their inverse. Curvature in proportion to the gradient gives the step
a sensible length, and vanishes near the minimum. Source: Doikov, "Minimizing quasi-self-concordant
functions by gradient regularization of Newton method" (2023).
"""

import jax.numpy as jnp
from jaxtyping import Array, Scalar

from .problem import Point, Problem

_LARGEST_CHANGE = 4.0
"""Change of a score in one step, in its own units, up to which a step is not damped."""


def damping(problem: Problem, point: Point, curvature: Scalar) -> Scalar:
    """Curvature to add to that of every score; zero if the losses curve enough for their slopes.

    Args:
        problem: what is minimised.
        point: where.
        curvature: mean curvature of the losses, such as that along the slopes.
    """
    low, high = problem.model.curvature
    if low == high:
        return jnp.zeros_like(point.value)
    # The gradient of the losses alone, for features of size one.
    gradient = point.gradient.weights - problem.model.l2 * point.params.weights
    rms = problem.scales.feature_rms[None, :]
    entries = jnp.where(rms > 0, jnp.abs(gradient) / jnp.where(rms > 0, rms, 1), 0)
    largest = jnp.maximum(jnp.max(entries), jnp.max(jnp.abs(point.gradient.bias)))
    return jnp.maximum(largest / _LARGEST_CHANGE - curvature, 0)


def curvature_along(weight: Array, slopes: Array, change: Array) -> Scalar:
    """Mean curvature of the losses along their own slopes.

    Args:
        weight: `[examples]`.
        slopes: `[outputs, examples]`.
        change: second derivatives of the losses times the slopes, `[outputs, examples]`.
    """
    square = jnp.sum(slopes**2 @ weight)
    return jnp.sum((slopes * change) @ weight) / jnp.maximum(square, jnp.finfo(square.dtype).tiny)
