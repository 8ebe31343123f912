"""Newton's method: few steps, each with second derivatives."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jaxtyping import Scalar

from .._engine.damping import curvature_along, damping
from .._engine.line_search import line_search
from .._engine.penalties import has_l1
from .._engine.problem import Point, Problem
from .._engine.quadratic import damped_model, factor, factor_solve
from .._engine.truncated_newton import truncated_newton
from .._engine.vectors import dot
from .._types import Hyperparameter, Model, Params


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Newton:
    """Newton's method with a line search on stored scores.

    One output: the Hessian `[features, features]` is formed and factored (Cholesky), four passes over
    x a step, one of them with `features` times the work. Several outputs (softmax): the Newton
    equations are solved by conjugate gradients to an accuracy that grows with the steps (Nocedal,
    Wright, "Numerical Optimization" (2006), algorithm 7.1), two passes a step and two for each of
    their iterations. It supports every model without an l1 penalty.

    Attributes:
        forcing: largest relative residual at which conjugate gradients may stop.
    """

    forcing: Hyperparameter = 0.25

    def unsupported(self, model: Model) -> str | None:
        """Models whose objective is not smooth."""
        return "an l1 penalty is not smooth" if has_l1(model) else None

    def init(self, problem: Problem, params: Params) -> tuple[()]:
        """No state."""
        return ()

    def warm_start(self, problem: Problem, params: Params, state: tuple[()]) -> tuple[()]:
        """No state."""
        return ()

    def iterate(
        self, problem: Problem, point: Point, state: tuple[()]
    ) -> tuple[Point, tuple[()], Scalar]:
        """One Newton step."""
        single = point.params.bias.size == 1
        if single:
            direction = _by_cholesky(problem, point)
        else:
            direction = _by_conjugate_gradients(problem, point, self.forcing)
        new, _ = line_search(problem, point, direction, fraction=0.9)
        return new, (), -0.5 * dot(point.gradient, direction)


def _by_cholesky(problem: Problem, point: Point) -> Params:
    model = damped_model(problem, point)
    factored = factor(model.hessian, problem.model.l2)
    weights = -factor_solve(factored, model.centred(point.gradient))
    return model.with_bias(point.gradient, weights)


def _by_conjugate_gradients(problem: Problem, point: Point, forcing: Hyperparameter) -> Params:
    gradient = point.gradient
    # The square root of the gradient's norm makes the whole method converge superlinearly.
    norm = jnp.sqrt(dot(gradient, gradient))
    tolerance = jnp.minimum(forcing, jnp.sqrt(norm / jnp.linalg.norm(problem.scales.feature_rms)))
    scores, _, slopes = point.linearization
    along = curvature_along(problem.weight, slopes, problem.hvp(scores, slopes))
    damp = damping(problem, point, along)
    return truncated_newton(problem, scores, gradient, tolerance, damp)
