"""Newton's method: few steps, each with second derivatives."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Scalar

from .._line_search import dot, line_search, move
from .._problem import Point, Problem
from .._quadratic import factor, quadratic, solve_factored
from .._types import Hyperparameter, Params
from ..models import Model
from .base import has_l1


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Newton:
    """Newton's method with a line search on stored scores.

    One output: the Hessian `[features, features]` is formed and factored (Cholesky), three passes over
    x a step, of which one has `features` times the work. Several outputs (softmax): the Newton equations
    are solved by conjugate gradients to an accuracy that grows with the steps (Nocedal, Wright,
    "Numerical Optimization" (2006), algorithm 7.1), two passes for each of their iterations. Fits
    every model without an l1 penalty.

    Attributes:
        forcing: largest relative residual at which conjugate gradients may stop.
    """

    forcing: Hyperparameter = 0.25

    def unsuited(self, model: Model) -> str | None:
        """It needs a smooth objective."""
        return "an l1 penalty is not smooth" if has_l1(model) else None

    def init(self, problem: Problem, params: Params) -> tuple[()]:
        """Nothing is remembered."""
        return ()

    def renew(self, problem: Problem, params: Params, state: Any) -> tuple[()]:
        """Nothing is remembered."""
        return ()

    def iterate(
        self, problem: Problem, point: Point, state: Any
    ) -> tuple[Point, tuple[()], Scalar]:
        """One Newton step."""
        single = point.params.bias.size == 1
        direction = (
            _factored(problem, point) if single else _truncated(problem, point, self.forcing)
        )
        new, _ = line_search(problem, point, direction, fraction=0.9)
        return new, (), -0.5 * dot(point.gradient, direction)


def _factored(problem: Problem, point: Point) -> Params:
    model = quadratic(problem, point.examples.scores)
    lower = factor(model.hessian, problem.model.l2)
    weights = -solve_factored(lower, model.centred(point.gradient))
    return model.with_bias(point.gradient, weights)


class _Iterate(NamedTuple):
    solution: Params
    residual: Params
    direction: Params
    square: Scalar
    number: Scalar


def _truncated(problem: Problem, point: Point, forcing) -> Params:
    gradient = point.gradient
    first = dot(gradient, gradient)
    # The square root of the gradient's norm makes the whole method converge superlinearly.
    accuracy = jnp.minimum(forcing, jnp.sqrt(jnp.sqrt(first) / problem.scales.size))

    def hessian_times(v: Params) -> Params:
        product = problem.pull(problem.bend(point.examples.scores, problem.scores(v)))
        return product._replace(weights=product.weights + problem.model.l2 * v.weights)

    def unfinished(at: _Iterate):
        return (at.square > accuracy**2 * first) & (at.number < 100)

    def iterate(at: _Iterate) -> _Iterate:
        product = hessian_times(at.direction)
        length = at.square / dot(at.direction, product)
        residual = move(at.residual, -length, product)
        square = dot(residual, residual)
        direction = move(residual, square / at.square, at.direction)
        return _Iterate(
            move(at.solution, length, at.direction), residual, direction, square, at.number + 1
        )

    downhill = jax.tree.map(jnp.negative, gradient)
    zero = jax.tree.map(jnp.zeros_like, gradient)
    start = _Iterate(zero, downhill, downhill, first, jnp.int32(0))
    return jax.lax.while_loop(unfinished, iterate, start).solution


EXAMPLES = (Newton(),)
