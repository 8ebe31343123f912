"""Proximal Newton: l1 penalties and elastic nets, in few passes over x."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Scalar

from .._line_search import line_search
from .._problem import Point, Problem
from .._quadratic import quadratic
from .._types import Hyperparameter, Params
from ..models import Model


class _Sweep(NamedTuple):
    weights: Array
    slope: Array
    change: Scalar
    number: Scalar


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class ProximalNewton:
    """Newton's method for a smooth loss with an l1 penalty or an elastic net.

    For models with one output, and for linear with several, whose second derivatives are all the same.

    Each step minimises the local quadratic model plus the penalties by coordinate descent on the matrix
    `[features, features]`, which needs no pass over x, then searches along the line on stored scores.
    Four passes over x a step, one with `features` times the work. Source: Lee, Sun, Saunders,
    "Proximal Newton-type methods for minimizing composite functions" (2014); Friedman, Hastie,
    Tibshirani, "Regularization paths for generalized linear models via coordinate descent" (2010).

    Attributes:
        sweeps: most sweeps over the coordinates in a step; static.
        accuracy: the sweeps end when they promise less than this share of what the first one brought.
    """

    sweeps: int = field(default=100, metadata={"static": True})
    accuracy: Hyperparameter = 1e-4

    def unsuited(self, model: Model) -> str | None:
        """Not for classes: their outputs bend each other."""
        return "its outputs must not depend on each other" if model.target == "multiclass" else None

    def init(self, problem: Problem, params: Params) -> tuple[()]:
        """Nothing is remembered."""
        return ()

    def renew(self, problem: Problem, params: Params, state: Any) -> tuple[()]:
        """Nothing is remembered."""
        return ()

    def iterate(
        self, problem: Problem, point: Point, state: Any
    ) -> tuple[Point, tuple[()], Scalar]:
        """One step."""
        model = quadratic(problem, point.examples.scores)
        weights = point.params.weights
        slopes = model.centred(point.gradient) - problem.model.l2 * weights
        # output by output: all at once would go on until the slowest has ended
        matrix = model.hessian
        descend = lambda at: _coordinate_descent(problem.model, matrix, at[0], at[1], self)
        nearest = jax.lax.map(descend, (slopes, weights))
        direction = model.with_bias(point.gradient, nearest - weights)
        new, _ = line_search(problem, point, direction, fraction=0.9)
        along = direction.weights
        square = jnp.vdot(along @ matrix, along) + problem.model.l2 * jnp.vdot(along, along)
        return new, (), 0.5 * (square + model.curvature * jnp.sum(direction.bias**2))


def _coordinate_descent(
    model: Model, hessian: Array, slope: Array, start: Array, solver: ProximalNewton
) -> Array:
    stiffness = jnp.maximum(jnp.diagonal(hessian), jnp.finfo(hessian.dtype).tiny * 1e4)

    def coordinate(j, sweep: _Sweep) -> _Sweep:
        target = stiffness[j] * sweep.weights[j] - sweep.slope[j]
        shrunk = jnp.sign(target) * jnp.maximum(jnp.abs(target) - model.l1, 0)
        change = shrunk / (stiffness[j] + model.l2) - sweep.weights[j]
        weights = sweep.weights.at[j].add(change)
        slope = sweep.slope + change * hessian[j]
        return _Sweep(weights, slope, sweep.change + stiffness[j] * change**2, sweep.number)

    def one_sweep(sweep: _Sweep) -> _Sweep:
        fresh = sweep._replace(change=jnp.zeros_like(sweep.change), number=sweep.number + 1)
        return jax.lax.fori_loop(0, len(start), coordinate, fresh)

    first = one_sweep(_Sweep(start, slope, jnp.zeros_like(slope[0]), jnp.int32(0)))
    last = jax.lax.while_loop(
        lambda s: (s.change > solver.accuracy**2 * first.change) & (s.number < solver.sweeps),
        one_sweep,
        first,
    )
    return last.weights


EXAMPLES = (ProximalNewton(), ProximalNewton(accuracy=1e-2))
