"""How far a point can be from the optimum, from its gradient alone.

The examples' slopes at a point are a point of the dual problem, whose value is below the optimum
(Fenchel-Rockafellar duality: Boyd, Vandenberghe, "Convex Optimization" (2004), chapter 5). Written out,
the difference of the two values is a sum of non-negative terms, one for each weight. So nothing
cancels, and float32 resolves relative gaps far below its epsilon.

Scores that rounding has moved do no harm to the dual point: any slopes are one. The terms of the examples,
zero for slopes that belong to the scores, then become at most `curvature / 2 * error ** 2`.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Scalar

from .bias import BiasGap, bias_gap, rough_bias_gap
from .penalties import soft_threshold
from .problem import ROUNDING, Point, Problem

_SPREAD = 8.0
"""How many times the mean curvature counts for scores that rounding has moved."""


class Gap(NamedTuple):
    """A bound on the distance of the objective from its minimum.

    Attributes:
        bound: the bound, infinite if none is known.
        visible: the part of the gradient's bound that is not an allowance for rounding.
        floor: the gradient's bound at an exact minimum, where all of it is allowance.
        noise: the same where rounding has moved the scores, and with them the slopes.
    """

    bound: Scalar
    visible: Scalar
    floor: Scalar
    noise: Scalar


def smallest_subgradient(problem: Problem, point: Point) -> Array:
    """Smallest subgradient of the weights, `[outputs, features]`; zero only at an optimum."""
    weights, l1 = point.params.weights, problem.model.l1
    slope = point.gradient.weights
    if l1 is None:
        return slope
    at_zero = soft_threshold(slope, l1)
    return jnp.where(weights == 0, at_zero, slope + l1 * jnp.sign(weights))


def estimate_gap(problem: Problem, point: Point) -> Gap:
    """The bound of `bound_gap` with an estimate of what the bias adds: almost no work."""
    return _add_up(problem, point, rough_bias_gap(problem, point))


def bound_gap(problem: Problem, point: Point) -> Gap:
    """The bound: some second derivatives of the losses, and no pass over x."""
    return _add_up(problem, point, bias_gap(problem, point))


def _add_up(problem: Problem, point: Point, bias: BiasGap) -> Gap:
    rms = problem.scales.feature_rms[None, :]
    error = ROUNDING * jnp.finfo(rms.dtype).eps * jnp.sqrt(point.mean_squared_slopes)[:, None] * rms
    # Minimising over the bias changes the slopes, and with them the gradient of the weights.
    shift = jnp.where(rms > 0, bias.slope_change[:, None] * rms, 0)
    # The examples with large errors may be those with large second derivatives, and these change along an
    # error: by a factor of at most its exponential, for errors of up to four times their root mean square.
    high, score_error = problem.model.curvature[1], point.score_error
    nearby = jnp.minimum(high, _SPREAD * bias.curvature * jnp.exp(4 * jnp.minimum(score_error, 1)))
    largest = jnp.where(score_error < 1, nearby, high)
    steepest = jnp.sqrt(jnp.sum(point.mean_squared_slopes))
    noise = error + jnp.minimum(largest * score_error, steepest) * rms
    smallest = _strongly_convex(problem, point, error, shift, noise)
    if problem.model.l1 is not None:  # the two are the same without it
        smallest = _smaller(smallest, _elastic_net(problem, point, error, shift, noise))
    if problem.model.l1 is not None and problem.model.conjugate is not None:
        lasso = _lasso_if_needed(problem, point, error, shift)
        smallest = _smaller(smallest, lasso)
    allowance = 0.5 * largest * score_error**2 + bias.floor
    bound = smallest.bound + allowance + bias.decrease
    # No loss is below its own lowest value: a bound that needs no gradient.
    rounding = 4 * jnp.finfo(bound.dtype).eps * jnp.abs(point.value) + allowance
    rounding += steepest * score_error
    trivial = jnp.maximum(point.value - problem.scales.lowest, 0) + rounding
    visible = smallest.visible + bias.decrease
    # Not the smaller of the two: far from the minimum the gradient shows how far, although its bound says
    # less than the loss itself.
    floor, noise = smallest.floor + allowance, smallest.noise + allowance
    return Gap(jnp.minimum(bound, trivial), visible, floor, noise)


def _smaller(a: Gap, b: Gap) -> Gap:
    return jax.tree.map(lambda x, y: jnp.where(a.bound <= b.bound, x, y), a, b)


def _square(distance: Scalar, allowance: Scalar, noise: Scalar) -> Gap:
    return Gap((distance + allowance) ** 2, distance**2, allowance**2, noise**2)


def _strongly_convex(
    problem: Problem, point: Point, error: Array, shift: Array, noise: Array
) -> Gap:
    # F(w) - min F <= |g|^2 / (2 m), for any subgradient g and constant of strong convexity m.
    m = problem.scales.convexity + problem.model.l2
    scale = jnp.where(m > 0, jnp.sqrt(2 * jnp.where(m > 0, m, 1)), 0)
    distance = jnp.abs(smallest_subgradient(problem, point)) + shift
    return _square(*(_norm_over(entries, scale) for entries in (distance, error, noise)))


def _elastic_net(problem: Problem, point: Point, error: Array, shift: Array, noise: Array) -> Gap:
    # With h(w) = l1 |w| + l2/2 w^2, so h*(u) = max(|u| - l1, 0)^2 / (2 l2), each weight adds
    # h(w) + h*(u) - u w, where -u is the gradient of the loss alone. Beyond the threshold this is the
    # square (u - l1 - l2 w)^2 / (2 l2). Its root changes by no more than u does.
    weights, l1, l2 = point.params.weights, problem.model.l1, problem.model.l2
    size = jnp.abs(weights)
    dual = l2 * weights - point.gradient.weights
    u = jnp.where(weights == 0, jnp.abs(dual), dual * jnp.sign(weights))
    beyond = jnp.abs(u - l1 - l2 * size)
    below = jnp.sqrt(2 * l2 * size * jnp.maximum(l1 - u, 0) + (l2 * size) ** 2)
    distance = jnp.where(u > l1, beyond, jnp.hypot(below, jnp.maximum(-u - l1, 0))) + shift
    scale = jnp.sqrt(2.0 * jnp.asarray(l2, error.dtype))
    return _square(*(_norm_over(entries, scale) for entries in (distance, error, noise)))


def _norm_over(entries: Array, scale: Array) -> Scalar:
    # The quotient first: the square of a small l2 would be zero.
    positive = scale > 0
    norm = jnp.linalg.norm(entries / jnp.where(positive, scale, 1))
    return jnp.where(positive, norm, jnp.inf)


def _lasso_if_needed(problem: Problem, point: Point, error: Array, shift: Array) -> Gap:
    # Two conditions, because many models may share one of the penalties: under `vmap` the shared one
    # alone still decides whether the conjugates of all examples are computed at all.
    l1 = jnp.asarray(problem.model.l1, error.dtype)
    no_l2 = jnp.asarray(problem.model.l2) == 0

    def infinite(*_: object) -> Gap:
        return Gap(*[jnp.full_like(l1, jnp.inf)] * 4)

    def lasso(*at: object) -> Gap:
        return jax.lax.cond(no_l2, _lasso, infinite, *at)

    return jax.lax.cond(l1 > 0, lasso, infinite, problem, point, error, shift)


def _lasso(problem: Problem, point: Point, error: Array, shift: Array) -> Gap:
    # Without l2 the dual point must satisfy |u| <= l1: the slopes are scaled down until they do.
    weights, l1 = point.params.weights, problem.model.l1
    magnitude = jnp.abs(weights)
    u = -point.gradient.weights * jnp.sign(weights)

    def with_slack(slack: Array) -> Scalar:
        excess = jnp.maximum(jnp.max(jnp.abs(point.gradient.weights) + slack) - l1, 0)
        lost = jnp.where(jnp.isfinite(excess), excess / (l1 + excess), 1)
        kinks = jnp.maximum(l1 - (1 - lost) * u, 0) + slack
        at_weights = jnp.sum(jnp.where(magnitude > 0, kinks * magnitude, 0))
        return _examples(problem, point, lost) + at_weights

    lost = jnp.max(error) / (l1 + jnp.max(error))
    floor = lost * _room(problem, point) + jnp.sum((lost * l1 + error) * magnitude)
    return Gap(with_slack(error + shift), with_slack(shift), floor, floor)


def _examples(problem: Problem, point: Point, lost: Scalar) -> Scalar:
    """What the examples add to the gap if their slopes lose a share: loss + conjugate - dual * score."""
    conjugate, (scores, losses, slopes) = problem.model.conjugate, point.linearization
    assert conjugate is not None
    dual = (1 - lost) * slopes
    conjugates, products = conjugate(dual.T, problem.data.y), jnp.sum(dual * scores, axis=0)
    sizes = jnp.abs(losses) + jnp.abs(conjugates) + jnp.abs(products)
    terms = jnp.maximum(losses + conjugates - products, 0) + jnp.finfo(sizes.dtype).eps * sizes
    # As a function of the share a term is convex and zero for none, so that it lies below its chord.
    return jnp.minimum(jnp.sum(problem.weight * terms), lost * _room(problem, point))


def _room(problem: Problem, point: Point) -> Scalar:
    """How far the losses are above the smallest value that any scores could give them."""
    return jnp.maximum(
        jnp.sum(problem.weight * point.linearization.losses) - problem.scales.lowest, 0
    )
