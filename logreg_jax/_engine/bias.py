"""What minimising over the bias alone would change, which has no penalty to bound it."""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax.scipy.sparse.linalg import cg
from jaxtyping import Array, Float, Scalar

from .problem import Point, Problem

_REACH = 0.125
"""Largest change of a score up to which the losses are close to quadratic. Logistic and softmax are
self-concordant: along a change of t the second derivative changes by a factor of at most exp(2 t) (Bach,
"Self-concordant analysis for logistic regression", 2010)."""

_ITERATIONS = 10


class BiasGap(NamedTuple):
    """What minimising over the bias would change.

    Attributes:
        decrease: bound on the decrease of the objective; infinite if the bias is too far from the best.
        slope_change: root mean square change of the slopes of each output, `[outputs]`.
        floor: the part of the decrease that rounding may hide.
    """

    decrease: Scalar
    slope_change: Float[Array, " outputs"]
    floor: Scalar


def rough_bias_gap(problem: Problem, point: Point) -> BiasGap:
    """From the slopes alone: the mean of their squares estimates the curvature."""
    slope = jnp.abs(point.gradient.bias)
    curvature = 0.5 * problem.curvatures(point)
    near = jnp.bool_(_is_quadratic(problem)) | (jnp.max(slope / curvature) < 2 * _REACH)
    decrease = jnp.where(near, jnp.sum(slope**2 / curvature), jnp.inf)
    return BiasGap(decrease, 2 * slope, jnp.zeros_like(decrease))


def bias_gap(problem: Problem, point: Point) -> BiasGap:
    """From the second derivatives at the point."""
    scores, slope = point.linearization.scores, point.gradient.bias

    def change_of_slopes(bias: Array) -> Array:
        return problem.hvp(scores, jnp.broadcast_to(bias[:, None], scores.shape))

    def hessian_times(bias: Array) -> Array:
        return change_of_slopes(bias) @ problem.weight

    def preconditioner(bias: Array) -> Array:
        return bias / problem.curvatures(point)

    slope -= jnp.where(_may_move_together(problem, point, change_of_slopes), jnp.mean(slope), 0)
    # Slopes that are rounding error have no direction.
    error = 2 * jnp.finfo(slope.dtype).eps * jnp.sqrt(jnp.sum(point.mean_squared_slopes))
    slope = jnp.where(jnp.linalg.norm(slope) > error, slope, 0)
    move, _ = cg(hessian_times, slope, tol=1e-2, maxiter=_ITERATIONS, M=preconditioner)
    decrement = jnp.vdot(slope, move)
    squares = change_of_slopes(move) ** 2 @ problem.weight
    if _is_quadratic(problem):
        decrease, change = 0.5 * decrement, jnp.sqrt(squares)
    else:
        near = (jnp.max(jnp.abs(move)) < _REACH) & (decrement >= 0)
        decrease = jnp.where(near, decrement, jnp.inf)
        change = jnp.where(near, 1.3 * jnp.sqrt(squares), jnp.inf)
    # What rounding may hide, with the inverse curvature along the slopes, or an estimate of it.
    inverse = decrement / jnp.maximum(jnp.vdot(slope, slope), jnp.finfo(slope.dtype).tiny)
    inverse = jnp.maximum(inverse, 1 / jnp.min(problem.curvatures(point)))
    floor = jnp.where(jnp.isfinite(decrease), error**2 * inverse, 0)
    return BiasGap(decrease, change, floor)


def with_optimal_bias(problem: Problem, point: Point) -> Point:
    """The point with the bias that is optimal for its weights, where the bound needs no allowance."""
    point = jax.tree.map(jnp.asarray, point)
    outputs, scores = point.params.bias.size, point.linearization.scores

    def slope(shift: Array) -> Array:
        slopes = problem.linearize(scores + shift[:, None]).slopes
        return jnp.sum(problem.weight[None, :] * slopes, axis=1)

    def newton(_: Array, shift: Array) -> Array:
        gradient = slope(shift)

        def column(unit: Array) -> Array:
            return jax.jvp(slope, (shift,), (unit,))[1]

        # Column by column: all at once they are outputs^2 numbers for each example.
        hessian = jax.lax.map(column, jnp.eye(outputs, dtype=shift.dtype))
        # The ridge shortens the first steps and vanishes with the gradient. Scores of softmax may all
        # shift together, which makes the Hessian singular without it.
        ridge = jnp.linalg.norm(gradient) + jnp.finfo(shift.dtype).eps * jnp.trace(hessian)
        return shift - jnp.linalg.solve(hessian + ridge * jnp.eye(outputs), gradient)

    shift = jax.lax.fori_loop(0, 20, newton, jnp.zeros_like(point.params.bias))
    params = point.params._replace(bias=point.params.bias + shift)
    error = point.score_error + problem.score_error(params)
    return problem.point(params, problem.linearize(scores + shift[:, None]), error)


def _may_move_together(
    problem: Problem, point: Point, change_of_slopes: Callable[[Array], Array]
) -> Array:
    # All biases of softmax may change by the same number, and the equations are singular: the mean of the
    # slopes is rounding error.
    change = change_of_slopes(jnp.ones_like(point.gradient.bias)) @ problem.weight
    size = jnp.sqrt(jnp.sum(point.mean_squared_slopes))
    return jnp.max(jnp.abs(change)) <= 100 * jnp.finfo(change.dtype).eps * size


def _is_quadratic(problem: Problem) -> bool:
    low, high = problem.model.curvature
    return low == high
