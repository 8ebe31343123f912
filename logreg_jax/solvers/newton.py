"""Newton's method: few steps, each with second derivatives."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax.scipy.sparse.linalg import cg
from jax.typing import ArrayLike
from jaxtyping import Array, Scalar

from .._line_search import dot, line_search
from .._problem import Point, Problem
from .._quadratic import factor, quadratic, solve_factored
from .._types import Hyperparameter, Params
from ..models import Model
from .base import has_l1


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Newton:
    """Newton's method with a line search on stored scores.

    One output: the Hessian `[features, features]` is formed and factored (Cholesky), four passes over
    x a step, of which one has `features` times the work. Several outputs (softmax): the Newton equations
    are solved by conjugate gradients to an accuracy that grows with the steps (Nocedal, Wright,
    "Numerical Optimization" (2006), algorithm 7.1), two passes a step and two for each of their
    iterations. Fits every model without an l1 penalty.

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


def _truncated(problem: Problem, point: Point, forcing) -> Params:
    gradient = point.gradient
    # The square root of the gradient's norm makes the whole method converge superlinearly.
    accuracy = jnp.minimum(
        forcing, jnp.sqrt(jnp.sqrt(dot(gradient, gradient)) / problem.scales.size)
    )
    return truncated_newton(problem, point.examples.scores, gradient, accuracy)


def truncated_newton(
    problem: Problem,
    scores: Array,
    gradient: Params,
    accuracy: ArrayLike,
    ridge: ArrayLike = 0.0,
    preconditioner: Callable[[Params], Params] | None = None,
) -> Params:
    """The Newton step by conjugate gradients, two passes over x for each iteration.

    Args:
        problem: whose Hessian is meant.
        scores: of its examples, `[outputs, examples]`.
        gradient: the step is minus the inverse of the Hessian times this.
        accuracy: relative residual that is small enough.
        ridge: added to the Hessian's diagonal by the weights, a scalar or `[outputs, features]`.
        preconditioner: about the inverse of the Hessian, times a vector.
    """
    _, bend = jax.linearize(lambda z: problem.examples(z).slopes, scores)
    ridge = problem.model.l2 + ridge

    def hessian_times(v: Params) -> Params:
        product = problem.pull(bend(problem.scores(v)))
        return product._replace(weights=product.weights + ridge * v.weights)

    downhill = jax.tree.map(jnp.negative, gradient)
    return cg(hessian_times, downhill, tol=accuracy, maxiter=100, M=preconditioner)[0]


EXAMPLES = (Newton(),)
