"""Accelerated proximal gradient: l1 penalties and elastic nets with any number of outputs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Scalar

from .._checks.scalars import check_size
from .._engine.passes import sum_over_examples
from .._engine.penalties import l1_of, soft_threshold
from .._engine.problem import Point, Problem
from .._engine.vectors import dot
from .._types import Hyperparameter, Model, Params


class _Iterates(NamedTuple):
    """The last two iterates with their scores; the bias is that of centred features.

    A momentum of 0 means that they have not been made yet: the next step makes them from its point.
    """

    params: Params
    scores: Array
    previous_params: Params
    previous_scores: Array
    momentum: Scalar


class _Preconditioner(NamedTuple):
    """A diagonal preconditioner of the proximal steps.

    Attributes:
        mean: mean of the features, `[features]`; centred features decouple bias and weights.
        variance: variance of the features, `[features]`; it makes the steps independent of the scale
            of a feature.
        curvature: largest curvature of the mean loss once features are centred and scaled.
    """

    mean: Float[Array, " features"]
    variance: Float[Array, " features"]
    curvature: Scalar


_State = tuple[_Iterates, _Preconditioner]


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Proximal:
    """Accelerated proximal gradient with adaptive restart (FISTA).

    Weights that the penalty makes zero are exactly zero. A step is `iterations` of two passes over x,
    and one more pass for the gradient of the stopping test. Sources: Beck, Teboulle, "A fast
    iterative shrinkage-thresholding algorithm" (2009); O'Donoghue, Candès, "Adaptive restart for
    accelerated gradient schemes" (2015).

    Attributes:
        iterations: accelerated gradient iterations in a step; static.
        safety: factor on the estimated largest curvature.
    """

    iterations: int = field(default=10, metadata={"static": True})
    safety: Hyperparameter = 1.05

    def unsupported(self, model: Model) -> str | None:
        """Models without a largest curvature, which the step size needs."""
        if model.curvature[1] == float("inf"):
            return f"the curvature of {model.name} has no known upper bound"
        return None

    def init(self, problem: Problem, params: Params) -> _State:
        """The preconditioner: some passes over x."""
        check_size("iterations", self.iterations)
        preconditioner = _make_preconditioner(problem, self.safety)
        return _before_the_first(problem, params), preconditioner

    def warm_start(self, problem: Problem, params: Params, state: _State) -> _State:
        """The same preconditioner, without momentum."""
        return _before_the_first(problem, params), state[1]

    def iterate(
        self, problem: Problem, point: Point, state: _State
    ) -> tuple[Point, _State, Scalar]:
        """`iterations` accelerated gradient iterations."""
        start, preconditioner = state
        at_rest = _at_rest(point, preconditioner)
        start = jax.tree.map(lambda a, b: jnp.where(start.momentum > 0, a, b), start, at_rest)

        def iteration(_: Array, at: _Iterates) -> _Iterates:
            return _fista(problem, preconditioner, at)

        last = jax.lax.fori_loop(0, self.iterations, iteration, start)
        params = _uncentred(last.params, preconditioner)
        scores = problem.linearize(last.scores)
        new = problem.point(params, scores, problem.score_error(params))
        # An objective that grows shows that the curvature was underestimated: double it.
        rounding = 100 * jnp.finfo(new.value.dtype).eps * problem.scale(point)
        curvature = preconditioner.curvature
        curvature = jnp.where(new.value > point.value + rounding, 2 * curvature, curvature)
        preconditioner = preconditioner._replace(curvature=curvature)
        move = jax.tree.map(jnp.subtract, last.params, last.previous_params)
        estimate = 0.5 * curvature * dot(move, move) * self.iterations**2
        return new, (last, preconditioner), estimate


def _before_the_first(problem: Problem, params: Params) -> _Iterates:
    scores = jnp.zeros((params.bias.size, len(problem.data.x)), params.bias.dtype)
    zeros = jax.tree.map(jnp.zeros_like, params)
    return _Iterates(zeros, scores, zeros, scores, jnp.zeros_like(scores[0, 0]))


def _at_rest(point: Point, preconditioner: _Preconditioner) -> _Iterates:
    params, scores = point.params, point.linearization.scores
    centred = params._replace(bias=params.bias + params.weights @ preconditioner.mean)
    return _Iterates(centred, scores, centred, scores, jnp.ones_like(scores[0, 0]))


def _uncentred(params: Params, preconditioner: _Preconditioner) -> Params:
    return params._replace(bias=params.bias - params.weights @ preconditioner.mean)


def _fista(problem: Problem, preconditioner: _Preconditioner, at: _Iterates) -> _Iterates:
    momentum = 0.5 * (1 + jnp.sqrt(1 + 4 * at.momentum**2))
    ahead = (at.momentum - 1) / momentum
    beyond = jax.tree.map(lambda new, old: new + ahead * (new - old), at.params, at.previous_params)
    slopes = problem.linearize(at.scores + ahead * (at.scores - at.previous_scores)).slopes
    params = _prox(problem, preconditioner, beyond, problem.vjp(slopes))
    scores = problem.scores(_uncentred(params, preconditioner))
    # Restart if the step points against the movement: the momentum overshoots.
    scaling = Params(jnp.sqrt(preconditioner.variance)[None, :], jnp.ones_like(params.bias))
    back = jax.tree.map(lambda b, p, s: (b - p) * s, beyond, params, scaling)
    forth = jax.tree.map(lambda p, o, s: (p - o) * s, params, at.params, scaling)
    momentum = jnp.where(dot(back, forth) > 0, 1, momentum)
    return _Iterates(params, scores, at.params, at.scores, momentum)


def _prox(
    problem: Problem, preconditioner: _Preconditioner, params: Params, gradient: Params
) -> Params:
    """The proximal operator of both penalties after a gradient step; the bias has no penalty."""
    slope = gradient.weights - gradient.bias[:, None] * preconditioner.mean[None, :]
    stiffness = preconditioner.curvature * preconditioner.variance[None, :]
    target = stiffness * params.weights - slope
    weights = soft_threshold(target, l1_of(problem.model)) / (stiffness + problem.model.l2)
    return Params(weights, params.bias - gradient.bias / preconditioner.curvature)


def _make_preconditioner(problem: Problem, safety: Hyperparameter) -> _Preconditioner:
    x, weight = problem.data.x, problem.weight

    def over_x(terms: Callable[[Array, Array], Array]) -> Array:
        return sum_over_examples(terms, weight.dtype, x, weight)

    mean = over_x(lambda x, weight: weight @ x)
    moment = over_x(lambda x, weight: weight @ x**2)
    variance = jnp.maximum(moment - mean**2, 0)
    # A feature that is constant up to rounding has no effect, but its variance must not be zero.
    varies = variance > 8 * jnp.finfo(variance.dtype).eps * moment
    largest = jnp.max(jnp.where(varies, variance, 0))
    variance = jnp.where(varies, variance, jnp.where(largest > 0, largest, 1))

    def power_iteration(_: Array, vector: Array) -> Array:
        norm = jnp.maximum(jnp.linalg.norm(vector), jnp.finfo(vector.dtype).tiny)
        scaled = vector / norm / jnp.sqrt(variance)

        def covariance_times(x: Array, weight: Array) -> Array:
            change = weight * (x @ scaled - mean @ scaled)
            return change @ x - jnp.sum(change) * mean

        return over_x(covariance_times) / jnp.sqrt(variance)

    start = jnp.sin(1.0 + jnp.arange(x.shape[1], dtype=weight.dtype))
    eigenvalue = jnp.linalg.norm(jax.lax.fori_loop(0, 30, power_iteration, start))
    curvature = safety * problem.model.curvature[1] * jnp.maximum(eigenvalue, 1)
    return _Preconditioner(mean, variance, curvature)
