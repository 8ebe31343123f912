"""How far a point can be from the optimum, from its gradient alone.

The examples' slopes at a point are a point of the dual problem, whose value is below the optimum
(Fenchel-Rockafellar duality: Boyd, Vandenberghe, "Convex Optimization" (2004), chapter 5). Written out,
the difference of the two values is a sum of non-negative terms, one for each weight. So nothing
cancels, and float32 resolves relative gaps far below its epsilon.
"""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Scalar

from .penalties import soft_threshold
from .problem import Point, Problem


def smallest_subgradient(problem: Problem, point: Point) -> Array:
    """Smallest subgradient of the weights, `[outputs, features]`; zero only at an optimum."""
    weights, l1 = point.params.weights, problem.model.l1
    slope = point.gradient.weights
    at_zero = soft_threshold(slope, l1)
    return jnp.where(weights == 0, at_zero, slope + l1 * jnp.sign(weights))


def gap_bound(problem: Problem, point: Point) -> Scalar:
    """An upper bound on the objective's distance from its minimum; infinite if none is known.

    The dual asks for slopes that sum to zero over the examples, because the bias has no penalty. They
    do if the bias is optimal. Otherwise minimising over the bias would change both objective and
    gradient: near the best bias that is added to first order, far from it there is no bound.
    """
    slope, magnitude = jnp.abs(point.gradient.bias), problem.scales.feature_rms
    error = _rounding(problem, point) + magnitude * jnp.linalg.norm(slope)
    bounds = _strongly_convex(problem, point, error), _elastic_net(problem, point, error)
    smallest = jnp.minimum(*bounds)
    if problem.model.conjugate is not None:
        smallest = jnp.minimum(smallest, _lasso_if_needed(problem, point, error))
    # An allowance for what is neglected: twice the decrease of a quadratic, with half of its curvature.
    low, high = problem.model.curvature
    curvature = 0.5 * problem.curvatures(point)
    near = jnp.bool_(low == high) | (jnp.max(slope / curvature) < 0.25)
    return jnp.where(near, smallest + jnp.sum(slope**2 / curvature), jnp.inf)


def _rounding(problem: Problem, point: Point) -> Scalar:
    # Root mean square error of one entry of the gradient. Measured with float32 data of 60 to 200,000
    # examples it was 0.2 to 1.6 epsilon times the size of the terms, slope times x.
    size = jnp.sqrt(jnp.mean(point.mean_squared_slopes)) * problem.scales.feature_rms
    return 2 * jnp.finfo(size.dtype).eps * size


def _divide_or_infinite(numerator: Scalar, denominator: Scalar) -> Scalar:
    positive = denominator > 0
    return jnp.where(positive, numerator / jnp.where(positive, denominator, 1), jnp.inf)


def _strongly_convex(problem: Problem, point: Point, error: Scalar) -> Scalar:
    # F(w) - min F <= |g|^2 / (2 m), for any subgradient g and constant of strong convexity m.
    subgradient = smallest_subgradient(problem, point)
    norm = jnp.linalg.norm(subgradient) + error * subgradient.size**0.5
    return _divide_or_infinite(norm**2, 2 * (problem.scales.convexity + problem.model.l2))


def _elastic_net(problem: Problem, point: Point, error: Scalar) -> Scalar:
    # With h(w) = l1 |w| + l2/2 w^2, so h*(u) = max(|u| - l1, 0)^2 / (2 l2), each weight adds
    # h(w) + h*(u) - u w, where -u is the gradient of the loss alone. Beyond the threshold this is the
    # square (u - l1 - l2 w)^2 / (2 l2).
    weights, l1, l2 = point.params.weights, problem.model.l1, problem.model.l2
    size = jnp.abs(weights)
    dual = l2 * weights - point.gradient.weights
    u = jnp.where(weights == 0, jnp.abs(dual), dual * jnp.sign(weights))
    beyond = (u - l1 - l2 * size) ** 2
    below = 2 * l2 * size * (l1 - u) + (l2 * size) ** 2 + jnp.maximum(-u - l1, 0) ** 2
    total = jnp.sqrt(jnp.sum(jnp.where(u > l1, beyond, below))) + error * weights.size**0.5
    return _divide_or_infinite(total**2, jnp.asarray(2.0 * l2, total.dtype))


def _lasso_if_needed(problem: Problem, point: Point, error: Scalar) -> Scalar:
    # Two conditions, because many models may share one of the penalties: under `vmap` the shared one
    # alone still decides whether the conjugates of all examples are computed at all.
    l1 = jnp.asarray(problem.model.l1, error.dtype)
    no_l2 = jnp.asarray(problem.model.l2) == 0

    def infinite(*_: object) -> Scalar:
        return jnp.full_like(l1, jnp.inf)

    def lasso(*at: object) -> Scalar:
        return jax.lax.cond(no_l2, _lasso, infinite, *at)

    return jax.lax.cond(l1 > 0, lasso, infinite, problem, point, error)


def _lasso(problem: Problem, point: Point, error: Scalar) -> Scalar:
    # Without l2 the dual point must satisfy |u| <= l1: the slopes are scaled down until they do.
    # Each example then adds loss + conjugate - slope * score, which is not negative.
    weights, model = point.params.weights, problem.model
    assert model.conjugate is not None
    u = -point.gradient.weights
    shrink = jnp.minimum(1, model.l1 / jnp.maximum(jnp.max(jnp.abs(u)) + error, 1e-30))
    scores, losses, slopes = point.linearization
    dual = shrink * slopes
    young = losses + model.conjugate(dual.T, problem.data.y) - jnp.sum(dual * scores, axis=0)
    examples = jnp.sum(problem.weight * jnp.maximum(young, 0))
    complementarity = jnp.sum(jnp.maximum(model.l1 * jnp.abs(weights) - shrink * u * weights, 0))
    return examples + complementarity + error * jnp.sum(jnp.abs(weights))


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
    return problem.point(params, problem.linearize(scores + shift[:, None]))
