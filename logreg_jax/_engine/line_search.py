"""A line search that costs no pass over the examples.

Scores are linear in the parameters: along a direction they are `scores + t * change`, and both are
known. A trial step costs one evaluation of the loss's derivative per score.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Scalar

from ._problem import Examples, Point, Problem
from ._types import Hyperparameter, Params


class _Search(NamedTuple):
    step: Scalar
    low: Scalar
    high: Scalar
    slope: Scalar
    trials: Scalar
    examples: Examples


def dot(a: Params, b: Params) -> Scalar:
    """Inner product of two parameters."""
    return jnp.vdot(a.weights, b.weights) + jnp.vdot(a.bias, b.bias)


def move(params: Params, step, direction: Params) -> Params:
    """`params + step * direction`."""
    return Params(params.weights + step * direction.weights, params.bias + step * direction.bias)


def _l1_slope(problem: Problem, weights: Array, direction: Array, side: int) -> Scalar:
    # |w + t d| has a kink where it is zero: `side` picks the slope just after (1) or before (-1) it.
    slopes = jnp.where(weights == 0, side * jnp.abs(direction), jnp.sign(weights) * direction)
    return problem.model.l1 * jnp.sum(slopes)


def line_search(
    problem: Problem, point: Point, direction: Params, *, fraction: Hyperparameter
) -> tuple[Point, Scalar]:
    """Go to where the objective's slope along the direction has shrunk to a fraction of its start.

    It looks at slopes only (the objective is convex), because differences of objective values drown in
    rounding long before the slopes do. Trial steps are secants, kept inside a bracket. Two passes over x:
    the scores of the direction, and the gradient at the end.

    Args:
        problem: what is minimised.
        point: where the search begins.
        direction: of descent.
        fraction: of the slope at the start that is small enough.

    Returns:
        The new point and the step that leads to it; 0 if no trial step made the slope small.
    """
    change = problem.scores(direction)
    weights, l2 = point.params.weights, problem.model.l2
    along, square = jnp.vdot(weights, direction.weights), jnp.sum(direction.weights**2)
    start = dot(point.gradient, direction) + _l1_slope(problem, weights, direction.weights, 1)

    def look(step) -> tuple[Scalar, Examples]:
        examples = problem.examples(point.examples.scores + step * change)
        rise = jnp.sum(problem.weight[None, :] * examples.slopes * change)
        there = weights + step * direction.weights
        kinks = _l1_slope(problem, there, direction.weights, -1)
        return rise + l2 * (along + step * square) + kinks, examples

    # With l1 the nearest kink may be where the step leads: no slope there needs to be small, the
    # objective has decreased all the way if it still does.
    kinks = jnp.asarray(problem.model.l1) > 0

    def unfinished(search: _Search):
        flat = (jnp.abs(search.slope) <= fraction * jnp.abs(start)) | (kinks & (search.slope <= 0))
        return ~flat & (search.trials < 20)

    def trial(search: _Search) -> _Search:
        too_far = ~(search.slope <= 0)  # also where it is NaN
        low = jnp.where(too_far, search.low, search.step)
        high = jnp.where(too_far, search.step, search.high)
        secant = search.step * start / (start - search.slope)
        secant = jnp.where(jnp.isfinite(secant) & (secant > 0), secant, 0.5 * (low + high))
        least, most = low + 0.1 * (high - low), high - 0.1 * (high - low)
        inside = jnp.where(jnp.isinf(high), jnp.clip(secant, 1.5 * low, 10 * low), secant)
        step = jnp.where(jnp.isinf(high), inside, jnp.clip(secant, least, most))
        slope, examples = look(step)
        return _Search(step, low, high, slope, search.trials + 1, examples)

    one, zero = jnp.ones_like(start), jnp.zeros_like(start)
    slope, examples = look(one)
    first = _Search(one, zero, jnp.full_like(one, jnp.inf), slope, jnp.int32(1), examples)
    last = jax.lax.while_loop(unfinished, trial, first)
    usable = (jnp.abs(last.slope) < jnp.abs(start)) | (kinks & (last.slope <= 0))
    step = jnp.where(usable, last.step, zero)
    reached = jax.tree.map(
        lambda new, old: jnp.where(usable, new, old), last.examples, point.examples
    )
    return problem.at(move(point.params, step, direction), reached), step
