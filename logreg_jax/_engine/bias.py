"""What minimising over the bias alone would change, which has no penalty to bound it."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Scalar

from .losses import SUMMED_HESSIANS
from .problem import ROUNDING, Point, Problem

_REACH = 0.125
"""Largest change of a score up to which the losses are close to quadratic. Logistic and softmax are
self-concordant: along a change of t the second derivative changes by a factor of at most exp(2 t) (Bach,
"Self-concordant analysis for logistic regression", 2010)."""


class BiasGap(NamedTuple):
    """What minimising over the bias would change.

    Attributes:
        decrease: bound on the decrease of the objective; infinite if the bias is too far from the best.
        slope_change: root mean square change of the slopes of each output, `[outputs]`.
        floor: the part of the decrease that rounding may hide.
        curvature: trace of the second derivatives of an example's loss, mean over the examples.
    """

    decrease: Scalar
    slope_change: Float[Array, " outputs"]
    floor: Scalar
    curvature: Scalar


def rough_bias_gap(problem: Problem, point: Point) -> BiasGap:
    """From the slopes alone: the mean of their squares estimates the curvature."""
    slope = jnp.abs(point.gradient.bias)
    curvature = 0.5 * problem.curvatures(point)
    near = jnp.bool_(_is_quadratic(problem)) | (jnp.max(slope / curvature) < 2 * _REACH)
    decrease = jnp.where(near, jnp.sum(slope**2 / curvature), jnp.inf)
    # Of logistic and softmax a second derivative is at most the slope.
    steepest = jnp.sqrt(jnp.sum(point.mean_squared_slopes))
    return BiasGap(decrease, 2 * slope, jnp.zeros_like(decrease), steepest)


def bias_gap(problem: Problem, point: Point) -> BiasGap:
    """From the second derivatives at the point."""
    scores, _, slopes = point.linearization
    slope = point.gradient.bias
    error = ROUNDING * jnp.finfo(slope.dtype).eps * (jnp.abs(slopes) @ problem.weight)

    hessian = _hessian(problem, scores)
    curvatures = jnp.maximum(jnp.diagonal(hessian), jnp.finfo(slope.dtype).tiny)
    # The bias of a class that does not occur has no best value: its slope decays as the bias decreases,
    # and the decrease is about that slope. For an example on the wrong side it is the slope times the way.
    is_far = jnp.abs(_solve_scaled(hessian, curvatures, slope)) >= _REACH
    far = jnp.where(is_far & (not _is_quadratic(problem)), jnp.abs(slope), 0)
    way = 1 + 2 * jnp.max(jnp.abs(scores))
    slope = jnp.where(far > 0, 0, slope)
    move = _solve_scaled(hessian, curvatures, slope)
    decrement = jnp.vdot(slope, move)
    # Of size one, because the squares of small slopes would be zero.
    longest = jnp.max(jnp.abs(move))
    unit = jnp.where(longest > 0, longest, 1)
    changes = problem.hvp(scores, jnp.broadcast_to((move / unit)[:, None], scores.shape))
    root_mean_square = unit * jnp.sqrt(changes**2 @ problem.weight)
    if _is_quadratic(problem):
        decrease, change = 0.5 * decrement, root_mean_square
    else:
        near = (jnp.max(jnp.abs(move)) < _REACH) & (decrement >= 0)
        decrease = jnp.where(near, decrement + way * jnp.sum(far), jnp.inf)
        of_far = jnp.sum(jnp.where(far > 0, jnp.sqrt(point.mean_squared_slopes), 0))
        change = jnp.where(near, 1.3 * root_mean_square + of_far, jnp.inf)
    floor = jnp.where(jnp.isfinite(decrease), jnp.sum(error * (error / curvatures)), 0)
    return BiasGap(decrease, change, floor, jnp.trace(hessian))


def _hessian(problem: Problem, scores: Array) -> Array:
    """Second derivatives of the mean loss by the bias, `[outputs, outputs]`."""
    summed = SUMMED_HESSIANS.get(problem.model.example_loss)
    if summed is not None:
        return summed(scores, problem.weight)
    _, hvp = jax.linearize(lambda z: problem.linearize(z).slopes, scores)

    def column(unit: Array) -> Array:
        change: Array = hvp(jnp.broadcast_to(unit[:, None], scores.shape)) @ problem.weight
        return change

    # Column by column: all at once they are outputs^2 numbers for each example.
    return jax.lax.map(column, jnp.eye(len(scores), dtype=scores.dtype))


def _solve_scaled(hessian: Array, curvatures: Array, slope: Array) -> Array:
    """The Hessian's inverse times the slopes, as exact for an output of small curvature as for others."""
    if len(slope) == 1:
        return slope / curvatures
    scale = jnp.sqrt(curvatures)
    correlations = hessian / scale[:, None] / scale[None, :]
    # The biases of softmax may all move together, which makes the Hessian singular. The slopes then sum
    # to zero, and a ridge does not change the solution.
    together = jnp.max(jnp.abs(correlations @ scale)) <= 1e-3 * jnp.max(scale)
    slope -= jnp.where(together, jnp.mean(slope), 0)
    ridge = 8 * len(slope) * jnp.finfo(slope.dtype).eps
    matrix = correlations + ridge * jnp.eye(len(slope), dtype=slope.dtype)
    solution: Array = jnp.linalg.solve(matrix, slope / scale)
    return solution / scale


def with_optimal_bias(problem: Problem, point: Point) -> Point:
    """The point with the bias that is optimal for its weights, where the bound needs no allowance."""
    point = jax.tree.map(jnp.asarray, point)
    outputs, scores = point.params.bias.size, point.linearization.scores

    def newton(_: Array, shift: Array) -> Array:
        moved = scores + shift[:, None]
        slopes = problem.linearize(moved).slopes
        gradient = jnp.sum(problem.weight[None, :] * slopes, axis=1)
        hessian = _hessian(problem, moved)
        # The ridge shortens the first steps and vanishes with the gradient. Scores of softmax may all
        # shift together, which makes the Hessian singular without it.
        ridge = jnp.linalg.norm(gradient) + jnp.finfo(shift.dtype).eps * jnp.trace(hessian)
        return shift - jnp.linalg.solve(hessian + ridge * jnp.eye(outputs), gradient)

    shift = jax.lax.fori_loop(0, 20, newton, jnp.zeros_like(point.params.bias))
    params = point.params._replace(bias=point.params.bias + shift)
    error = point.score_error + problem.score_error(params)
    return problem.point(params, problem.linearize(scores + shift[:, None]), error)


def _is_quadratic(problem: Problem) -> bool:
    low, high = problem.model.curvature
    return low == high
