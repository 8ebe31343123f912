"""Proximal Newton: l1 penalties and elastic nets, in few passes over x."""

from dataclasses import dataclass, field
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Scalar

from .._checks.scalars import check_size
from .._engine.line_search import line_search
from .._engine.penalties import l1_of, soft_threshold
from .._engine.problem import Point, Problem
from .._engine.quadratic import damped_model
from .._types import Hyperparameter, Model, Params


class _Descent(NamedTuple):
    weights: Array
    slope: Array
    change: Scalar
    cycles: Scalar


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class ProximalNewton:
    """Newton's method for a smooth loss with an l1 penalty or an elastic net.

    It supports models with one output, and linear with several, whose Hessians are all equal.

    Each step minimises the local quadratic model plus the penalties by coordinate descent on the matrix
    `[features, features]`, which needs no pass over x, then searches along the line on stored scores.
    A step costs four passes over x, one of them with `features` times the work. Source: Lee, Sun, Saunders,
    "Proximal Newton-type methods for minimizing composite functions" (2014); Friedman, Hastie,
    Tibshirani, "Regularization paths for generalized linear models via coordinate descent" (2010).

    Attributes:
        max_cycles: largest number of cycles of coordinate descent through all weights in a step; static.
        accuracy: coordinate descent ends when a cycle changes the weights by less than this fraction of
            the change of the first cycle.
    """

    max_cycles: int = field(default=100, metadata={"static": True})
    accuracy: Hyperparameter = 1e-4

    def unsupported(self, model: Model) -> str | None:
        """Models whose outputs depend on each other."""
        return "its outputs must not depend on each other" if model.target == "multiclass" else None

    def init(self, problem: Problem, params: Params) -> tuple[()]:
        """No state."""
        check_size("max_cycles", self.max_cycles)
        return ()

    def warm_start(self, problem: Problem, params: Params, state: tuple[()]) -> tuple[()]:
        """No state."""
        return ()

    def iterate(
        self, problem: Problem, point: Point, state: tuple[()]
    ) -> tuple[Point, tuple[()], Scalar]:
        """One proximal Newton step."""
        model = damped_model(problem, point)
        weights = point.params.weights
        slopes = model.centred(point.gradient) - problem.model.l2 * weights
        matrix = model.hessian

        def minimise_output(start: tuple[Array, Array]) -> Array:
            return _coordinate_descent(problem.model, matrix, *start, self)

        # One output after the other: under `vmap` all would continue until the slowest has converged.
        minimum = jax.lax.map(minimise_output, (slopes, weights))
        direction = model.with_bias(point.gradient, minimum - weights)
        new, _ = line_search(problem, point, direction, fraction=0.9)
        along = direction.weights
        square = jnp.vdot(along @ matrix, along) + problem.model.l2 * jnp.vdot(along, along)
        return new, (), 0.5 * (square + model.curvature * jnp.sum(direction.bias**2))


def _coordinate_descent(
    model: Model, hessian: Array, slope: Array, start: Array, solver: ProximalNewton
) -> Array:
    diagonal = jnp.diagonal(hessian)
    stiffness = jnp.where(diagonal > 0, diagonal, 1)  # a constant feature

    def coordinate(j: Array, at: _Descent) -> _Descent:
        target = stiffness[j] * at.weights[j] - at.slope[j]
        new = soft_threshold(target, l1_of(model)) / (stiffness[j] + model.l2)
        change = new - at.weights[j]
        weights = at.weights.at[j].add(change)
        slope = at.slope + change * hessian[j]
        return _Descent(weights, slope, at.change + stiffness[j] * change**2, at.cycles)

    def one_cycle(at: _Descent) -> _Descent:
        fresh = at._replace(change=jnp.zeros_like(at.change), cycles=at.cycles + 1)
        return jax.lax.fori_loop(0, len(start), coordinate, fresh)

    def unfinished(at: _Descent) -> Array:
        large = at.change > solver.accuracy**2 * first.change
        return large & (at.cycles < solver.max_cycles)

    first = one_cycle(_Descent(start, slope, jnp.zeros_like(slope[0]), jnp.int32(0)))
    return jax.lax.while_loop(unfinished, one_cycle, first).weights
