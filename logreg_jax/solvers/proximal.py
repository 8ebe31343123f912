"""Accelerated proximal gradient: l1 penalties and elastic nets with any number of outputs."""

from dataclasses import dataclass, field
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Scalar

from .._line_search import dot
from .._passes import summed
from .._problem import Point, Problem
from .._types import Hyperparameter, Params
from ..models import Model


class Iterate(NamedTuple):
    """The last two iterates with their scores; the bias is that of centred features."""

    params: Params
    scores: Array
    old: Params
    old_scores: Array
    momentum: Scalar


class Metric(NamedTuple):
    """In which distance a step is the nearest point.

    Attributes:
        mean: of the features, `[features]`; centred features keep bias and weights apart.
        square: mean square of the centred features, `[features]`: a diagonal metric, so that the
            scale of a feature does not matter.
        bound: largest curvature of the mean loss in that metric.
    """

    mean: Float[Array, " features"]
    square: Float[Array, " features"]
    bound: Scalar


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Proximal:
    """Accelerated proximal gradient with adaptive restart (FISTA).

    Weights that the penalty makes zero are exactly zero. A step is `iterations` of two passes over x,
    and one pass more that gives the gradient for the stopping test. Sources: Beck, Teboulle, "A fast
    iterative shrinkage-thresholding algorithm" (2009); O'Donoghue, Candès, "Adaptive restart for
    accelerated gradient schemes" (2015).

    Attributes:
        iterations: accelerated gradient iterations in a step; static.
        safety: factor on the estimated largest curvature.
    """

    iterations: int = field(default=10, metadata={"static": True})
    safety: Hyperparameter = 1.05

    def unsuited(self, model: Model) -> str | None:
        """The step size comes from the largest curvature."""
        if model.curvature[1] == float("inf"):
            return f"no largest curvature is known of the loss of {model.name}"
        return None

    def init(self, problem: Problem, params: Params) -> tuple[Iterate, Metric]:
        """The metric: some passes over x."""
        metric = _metric(problem, self.safety)
        return _at_rest(problem, params, metric), metric

    def renew(
        self, problem: Problem, params: Params, state: tuple[Iterate, Metric]
    ) -> tuple[Iterate, Metric]:
        """The same metric, without momentum."""
        return _at_rest(problem, params, state[1]), state[1]

    def iterate(
        self, problem: Problem, point: Point, state: tuple[Iterate, Metric]
    ) -> tuple[Point, tuple[Iterate, Metric], Scalar]:
        """Some accelerated iterations."""
        start, metric = state
        one = lambda _, iterate: _iterate(problem, metric, iterate)
        last = jax.lax.fori_loop(0, self.iterations, one, start)
        new = problem.at(_uncentred(last.params, metric), problem.examples(last.scores))
        # Should the curvature have been underestimated, the objective grows: then a larger bound.
        grown = new.value > point.value + 100 * jnp.finfo(new.value.dtype).eps * problem.scale(
            point
        )
        metric = metric._replace(bound=jnp.where(grown, 2 * metric.bound, metric.bound))
        move = jax.tree.map(jnp.subtract, last.params, last.old)
        return new, (last, metric), 0.5 * metric.bound * dot(move, move) * self.iterations**2


def _at_rest(problem: Problem, params: Params, metric: Metric) -> Iterate:
    centred = params._replace(bias=params.bias + params.weights @ metric.mean)
    scores = problem.scores(params)
    return Iterate(centred, scores, centred, scores, jnp.ones_like(scores[0, 0]))


def _uncentred(params: Params, metric: Metric) -> Params:
    return params._replace(bias=params.bias - params.weights @ metric.mean)


def _iterate(problem: Problem, metric: Metric, at: Iterate) -> Iterate:
    momentum = 0.5 * (1 + jnp.sqrt(1 + 4 * at.momentum**2))
    ahead = (at.momentum - 1) / momentum
    beyond = jax.tree.map(lambda new, old: new + ahead * (new - old), at.params, at.old)
    slopes = problem.examples(at.scores + ahead * (at.scores - at.old_scores)).slopes
    params = _nearest(problem, metric, beyond, problem.pull(slopes))
    scores = problem.scores(_uncentred(params, metric))
    # The step points against the movement: the momentum has carried too far.
    weighing = Params(jnp.sqrt(metric.square)[None, :], jnp.ones_like(params.bias))
    back = jax.tree.map(lambda b, p, w: (b - p) * w, beyond, params, weighing)
    forth = jax.tree.map(lambda p, o, w: (p - o) * w, params, at.params, weighing)
    momentum = jnp.where(dot(back, forth) > 0, 1, momentum)
    return Iterate(params, scores, at.params, at.scores, momentum)


def _nearest(problem: Problem, metric: Metric, params: Params, gradient: Params) -> Params:
    """The proximal point of a gradient step; both penalties are in it, the bias has none."""
    slope = gradient.weights - gradient.bias[:, None] * metric.mean[None, :]
    stiffness = metric.bound * metric.square[None, :]
    target = stiffness * params.weights - slope
    shrunk = jnp.sign(target) * jnp.maximum(jnp.abs(target) - problem.model.l1, 0)
    weights = shrunk / (stiffness + problem.model.l2)
    return Params(weights, params.bias - gradient.bias / metric.bound)


def _metric(problem: Problem, safety) -> Metric:
    x, weight = problem.data.x, problem.weight
    over_x = lambda terms: summed(terms, weight.dtype, x, weight)
    mean = over_x(lambda x, weight: weight @ x)
    moment = over_x(lambda x, weight: weight @ x**2)
    square = jnp.maximum(moment - mean**2, 0)
    # A constant feature, but for rounding, has no say; its stiffness only must not be zero.
    varies = square > 8 * jnp.finfo(square.dtype).eps * moment
    largest = jnp.max(jnp.where(varies, square, 0))
    square = jnp.where(varies, square, jnp.where(largest > 0, largest, 1))

    def power(_, vector):
        scaled = vector / jnp.linalg.norm(vector) / jnp.sqrt(square)

        def covariance_times(x: Array, weight: Array) -> Array:
            change = weight * (x @ scaled - mean @ scaled)
            return change @ x - jnp.sum(change) * mean

        return over_x(covariance_times) / jnp.sqrt(square)

    start = jnp.sin(1.0 + jnp.arange(x.shape[1], dtype=weight.dtype))
    largest = jnp.linalg.norm(jax.lax.fori_loop(0, 30, power, start))
    return Metric(mean, square, safety * problem.model.curvature[1] * jnp.maximum(largest, 1))


EXAMPLES = (Proximal(), Proximal(iterations=5, safety=1.2))
