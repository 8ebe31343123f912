"""Least squares by its normal equations."""

from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Scalar

from .._engine.penalties import has_l1
from .._engine.problem import Point, Problem
from .._engine.quadratic import Factor, Quadratic, factor, factor_solve, quadratic_model
from .._types import Hyperparameter, Model, Params


class _Factorization(NamedTuple):
    """The normal equations of centred features.

    Attributes:
        equations: covariance of the features and their mean.
        factor: the covariance with `l2`, factored.
    """

    equations: Quadratic
    factor: Factor


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class NormalEquations:
    """The exact solution of linear regression with l2, for any number of outputs.

    The equations are formed and factored once; each step solves them for the current gradient. The
    first step is the solution, further steps (seldom more than one) remove its rounding errors:
    iterative refinement. Without l2 and with dependent features there are many solutions with equal
    predictions, and it finds one of them. Source: Golub, Van Loan, "Matrix Computations" (2013),
    sections 5.3 and 3.5.

    Attributes:
        damping: added to `l2` in the factor only; larger values need more steps and stay stable for
            features that are nearly dependent.
    """

    damping: Hyperparameter = 0.0

    def unsupported(self, model: Model) -> str | None:
        """Models whose objective is not quadratic."""
        if model.curvature[0] != model.curvature[1]:
            return f"the loss of {model.name} is not quadratic"
        return "an l1 penalty is not quadratic" if has_l1(model) else None

    def init(self, problem: Problem, params: Params) -> _Factorization:
        """Form and factor the equations: two passes over x, one with `features` times the work."""
        # The curvature of squares is the same at all scores.
        second = jnp.full(len(problem.data.x), problem.model.curvature[1], params.bias.dtype)
        return self._factor(problem, quadratic_model(problem, second))

    def warm_start(self, problem: Problem, params: Params, state: _Factorization) -> _Factorization:
        """Factor the same equations with the new penalty."""
        return self._factor(problem, state.equations)

    def _factor(self, problem: Problem, equations: Quadratic) -> _Factorization:
        factored = factor(equations.hessian, problem.model.l2 + self.damping)
        return _Factorization(equations, factored)

    def iterate(
        self, problem: Problem, point: Point, state: _Factorization
    ) -> tuple[Point, _Factorization, Scalar]:
        """Solve the equations for the gradient: two passes over x."""
        centred = state.equations.centred(point.gradient)
        weights = -factor_solve(state.factor, centred)
        step = state.equations.with_bias(point.gradient, weights)
        from_bias = jnp.sum(point.gradient.bias**2) / state.equations.curvature
        estimate = 0.5 * (from_bias - jnp.vdot(centred, weights))
        return problem.evaluate(jax.tree.map(jnp.add, point.params, step)), state, estimate
