"""Least squares by its normal equations."""

from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Scalar

from .._problem import Point, Problem
from .._quadratic import Quadratic, factor, quadratic, solve_factored
from .._types import Hyperparameter, Params
from ..models import Model
from .base import has_l1


class Factored(NamedTuple):
    """The normal equations of centred features.

    Attributes:
        equations: covariance of the features and their mean.
        lower: Cholesky factor of the covariance with `l2`.
    """

    equations: Quadratic
    lower: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class NormalEquations:
    """The exact solution of linear regression with l2, for any number of outputs.

    The equations are formed and factored once; each step solves them for the gradient at hand. The
    first step is the solution, the others (seldom more than one) take out its rounding errors:
    iterative refinement. Without l2 and with dependent features there are many solutions with equal
    predictions, and it finds one of them. Source: Golub, Van Loan, "Matrix Computations" (2013),
    sections 5.3 and 3.5.

    Attributes:
        damping: added to `l2` in the factor only; larger values need more steps and stay stable for
            features that are nearly dependent.
    """

    damping: Hyperparameter = 0.0

    def unsuited(self, model: Model) -> str | None:
        """The objective must be quadratic."""
        if model.curvature[0] != model.curvature[1]:
            return f"the loss of {model.name} is not quadratic"
        return "an l1 penalty is not quadratic" if has_l1(model) else None

    def init(self, problem: Problem, params: Params) -> Factored:
        """Form and factor the equations: two passes over x, one with `features` times the work."""
        # The curvature of squares is the same at all scores.
        nowhere = jnp.zeros((params.bias.size, len(problem.data.x)), params.bias.dtype)
        return self._factored(problem, quadratic(problem, nowhere))

    def renew(self, problem: Problem, params: Params, state: Factored) -> Factored:
        """Factor the same equations with the new penalty."""
        return self._factored(problem, state.equations)

    def _factored(self, problem: Problem, equations: Quadratic) -> Factored:
        return Factored(equations, factor(equations.hessian, problem.model.l2 + self.damping))

    def iterate(
        self, problem: Problem, point: Point, state: Factored
    ) -> tuple[Point, Factored, Scalar]:
        """Solve the equations for the gradient: two passes over x."""
        centred = state.equations.centred(point.gradient)
        weights = -solve_factored(state.lower, centred)
        step = state.equations.with_bias(point.gradient, weights)
        by_bias = jnp.sum(point.gradient.bias**2) / state.equations.curvature
        estimate = 0.5 * (by_bias - jnp.vdot(centred, weights))
        return problem.evaluate(jax.tree.map(jnp.add, point.params, step)), state, estimate


EXAMPLES = (NormalEquations(), NormalEquations(damping=1e-3))
