"""Newton's method on working sets of features: l1 penalties and elastic nets on wide data."""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Scalar

from .._checks.scalars import check_size
from .._engine.gap import smallest_subgradient
from .._engine.line_search import line_search
from .._engine.penalties import soft_threshold
from .._engine.problem import Point, Problem
from .._engine.quadratic import Quadratic, damped_model, factor, factor_solve
from .._types import Batch, Hyperparameter, Model, Params

_MAX_TURNS = 50
"""Equations that are solved at most for the minimum of a quadratic model."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class WorkingSet:
    """Newton's method for an l1 penalty or an elastic net, on the features that matter.

    It supports models with one output. A step picks the features whose weights are not zero, and of the
    others those that most want to leave it; takes Newton steps on these alone; and then looks at all
    features again. What a step reads of x beside one pass is `[examples, size]`.

    The minimum of a quadratic model with an l1 penalty is found by a semismooth Newton method: a guess
    which weights are not zero, and their signs, makes it a system of linear equations. Sources: Massias,
    Gramfort, Salmon, "Celer: a fast solver for the lasso with dual extrapolation" (2018); Hintermüller,
    Ito, Kunisch, "The primal-dual active set strategy as a semismooth Newton method" (2002).

    Attributes:
        size: number of features of a working set; static.
        inner: Newton steps on a working set; static.
    """

    size: int = field(default=128, metadata={"static": True})
    inner: int = field(default=3, metadata={"static": True})

    def unsupported(self, model: Model) -> str | None:
        """Models with several outputs."""
        return "it has one output only" if model.target == "multiclass" else None

    def init(self, problem: Problem, params: Params) -> tuple[()]:
        """No state."""
        check_size("size", self.size)
        check_size("inner", self.inner)
        return ()

    def warm_start(self, problem: Problem, params: Params, state: tuple[()]) -> tuple[()]:
        """No state."""
        return ()

    def iterate(
        self, problem: Problem, point: Point, state: tuple[()]
    ) -> tuple[Point, tuple[()], Scalar]:
        """Newton steps on a working set, then all features again."""
        chosen = _most_wanted(problem, point, min(self.size, problem.data.x.shape[1]))
        small, at = _restricted(problem, point, chosen)
        last, estimate = jax.lax.fori_loop(
            0,
            self.inner,
            lambda _, carry: _newton(small, *carry),
            (at, jnp.zeros_like(point.value)),
        )
        weights = point.params.weights.at[:, chosen].set(last.params.weights)
        params = Params(weights, last.params.bias)
        new = problem.point(params, last.linearization, last.score_error)
        return new, (), estimate


def _most_wanted(problem: Problem, point: Point, size: int) -> Array:
    """Indices of the features of a working set."""
    wish = jnp.abs(smallest_subgradient(problem, point))[0]
    wish = wish / jnp.maximum(jnp.max(wish), jnp.finfo(wish.dtype).tiny)
    return jax.lax.top_k(jnp.where(point.params.weights[0] != 0, 2 + wish, wish), size)[1]


def _restricted(problem: Problem, point: Point, chosen: Array) -> tuple[Problem, Point]:
    """The problem in some weights and the bias; the other weights stay in the scores."""
    data, scales = problem.data, problem.scales
    scales = scales._replace(feature_rms=scales.feature_rms[chosen], offset=scales.offset[chosen])
    # by columns: the matrices of a step are products along the examples
    small = replace(problem, data=Batch(data.x[:, chosen], data.y, data.weight), scales=scales)
    of = lambda params: params._replace(weights=params.weights[:, chosen])
    return small, point._replace(params=of(point.params), gradient=of(point.gradient))


def _newton(problem: Problem, point: Point, estimate: Scalar) -> tuple[Point, Scalar]:
    model = damped_model(problem, point)
    weights = point.params.weights
    slopes = model.centred(point.gradient) - problem.model.l2 * weights
    minimum = _minimum(problem.model, model, slopes[0], weights[0])[None, :]
    direction = model.with_bias(point.gradient, minimum - weights)
    new, _ = line_search(problem, point, direction, fraction=0.9)
    along = direction.weights
    square = jnp.vdot(along @ model.hessian, along) + problem.model.l2 * jnp.vdot(along, along)
    change = 0.5 * (square + model.curvature * jnp.sum(direction.bias**2))
    return new, jnp.maximum(estimate, change)


class _Guess(NamedTuple):
    """Weights at a turn, how far they are from a minimum, and whether this was reached."""

    weights: Array
    distance: Scalar
    turns: Scalar
    done: Array


def _minimum(model: Model, quadratic: Quadratic, slope: Array, start: Array) -> Array:
    """Weights that minimise the quadratic model plus both penalties."""
    hessian, l1, l2 = quadratic.hessian, model.l1, model.l2
    diagonal = jnp.diagonal(hessian)
    varies = diagonal > 0
    stiffness = jnp.where(varies, diagonal + l2, 1)
    # a bound on the largest eigenvalue of the matrix whose diagonal is one
    scale = jnp.sqrt(stiffness)
    curvature = jnp.max(jnp.sum(jnp.abs(hessian) / scale[:, None] / scale[None, :], axis=1))
    curvature = jnp.maximum(curvature, 1)
    fixed = slope - hessian @ start

    def gradient(weights: Array) -> Array:
        return hessian @ weights + fixed + l2 * weights

    def prox(weights: Array, times: Hyperparameter) -> Array:
        steep = times * stiffness
        target = steep * weights - gradient(weights)
        return jnp.where(varies, soft_threshold(target, l1) / steep, 0)

    def distance(weights: Array) -> Scalar:
        return jnp.max(scale * jnp.abs(weights - prox(weights, 1.0)))

    def descend(weights: Array) -> tuple[Array, Scalar]:
        # where a guess leads nowhere, steps that always lead down
        lower = jax.lax.fori_loop(0, 10, lambda _, w: prox(w, curvature), weights)
        return lower, distance(lower)

    def turn(guess: _Guess) -> _Guess:
        target = stiffness * guess.weights - gradient(guess.weights)
        sign = jnp.where(varies & (jnp.abs(target) > l1), jnp.sign(target), 0)
        active = sign != 0
        both = active[:, None] & active[None, :]
        matrix = jnp.where(both, hessian, jnp.diag(jnp.where(active, 0, 1.0)))
        right = jnp.where(active, -(fixed + l1 * sign), 0)
        solved = factor_solve(factor(matrix, jnp.where(active, l2, 0)), right[None, :])[0]
        solved = jnp.where(solved * sign > 0, solved, 0)
        far = distance(solved)
        better = far < guess.distance
        weights, reached = jax.lax.cond(better, lambda: (solved, far), lambda: descend(guess.weights))
        rounding = 4 * jnp.finfo(far.dtype).eps * jnp.max(scale * jnp.abs(weights))
        done = (reached <= rounding) | (
            better & (far > 0.5 * guess.distance) & (far < 1e-4 * first)
        )
        return _Guess(weights, reached, guess.turns + 1, done)

    first = distance(start)
    begin = _Guess(start, first, jnp.int32(0), first <= 0)
    unfinished = lambda guess: ~guess.done & (guess.turns < _MAX_TURNS)
    return jax.lax.while_loop(unfinished, turn, begin).weights
