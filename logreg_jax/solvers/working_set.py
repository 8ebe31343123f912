"""Proximal Newton on working sets of features: l1 penalties and elastic nets."""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Scalar

from .._checks.scalars import check_size
from .._engine.gap import smallest_subgradient
from .._engine.line_search import line_search
from .._engine.problem import Point, Problem
from .._engine.quadratic import damped_model
from .._engine.quadratic_l1 import minimise_with_l1
from .._types import Batch, Hyperparameter, Model, Params

_GROWTH, _LARGEST = 4, 2048
"""Factor from a size of working sets to the next, and the largest size. Each size is compiled."""

_ROOM = 0.9
"""Share of a working set that features with weights may take: some more want to leave zero."""


class _Step(NamedTuple):
    """The point after a step, its estimate, and whether the step is still to be taken."""

    point: Point
    estimate: Scalar
    pending: Bool[Array, ""]


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class WorkingSet:
    """Newton's method for a smooth loss with an l1 penalty or an elastic net.

    It supports models with one output, and linear with several, whose Hessians are all equal.

    A step picks the features whose weights are not zero and, of the others, those that most want to leave
    zero (with more than 1,843 in use, those with the largest subgradients), and takes a Newton step on
    these alone. The step minimises the local quadratic model plus the penalties, which needs no pass over
    x, then searches along the line on stored scores. Sources: Lee, Sun, Saunders, "Proximal Newton-type
    methods for minimizing composite functions" (2014); Massias, Gramfort, Salmon, "Celer: a fast solver for
    the lasso with dual extrapolation" (2018).

    Attributes:
        size: features of a working set, four or sixteen times as many where more weights are not zero;
            static. With so few features, all of them are in it.
        accuracy: relative error of a quadratic model's minimum; once it is below, the iterations end as
            soon as one of them does not halve it.
    """

    size: int = field(default=128, metadata={"static": True})
    accuracy: Hyperparameter = 1e-4

    def unsupported(self, model: Model) -> str | None:
        """Models whose outputs depend on each other."""
        return "its outputs must not depend on each other" if model.target == "multiclass" else None

    def init(self, problem: Problem, params: Params) -> tuple[()]:
        """No state."""
        check_size("size", self.size)
        return ()

    def warm_start(self, problem: Problem, params: Params, state: tuple[()]) -> tuple[()]:
        """No state."""
        return ()

    def iterate(
        self, problem: Problem, point: Point, state: tuple[()]
    ) -> tuple[Point, tuple[()], Scalar]:
        """A Newton step on a working set."""
        features = problem.data.x.shape[1]
        if self.size >= features:
            new, estimate = _newton(problem, point, self.accuracy)
            return new, (), estimate
        used = jnp.sum(jnp.any(point.params.weights != 0, axis=0))
        step = _Step(point, jnp.zeros_like(point.value), jnp.bool_(True))
        sizes = _sizes(self.size, features)
        for size in sizes:
            fits = (used <= _ROOM * size) | (size == sizes[-1])
            step = self._take_if(fits, problem, step, size)
        return step.point, (), step.estimate

    def _take_if(self, fits: Array, problem: Problem, step: _Step, size: int) -> _Step:
        def is_due(step: _Step) -> Array:
            return step.pending & fits

        def take(step: _Step) -> _Step:
            if size == problem.data.x.shape[1]:  # no copy of x for all of its features
                return _Step(*_newton(problem, step.point, self.accuracy), jnp.bool_(False))
            chosen = _most_wanted(problem, step.point, size)
            small, within = _restricted(problem, step.point, chosen)
            new, estimate = _newton(small, within, self.accuracy)
            weights = step.point.params.weights.at[:, chosen].set(new.params.weights)
            params = Params(weights, new.params.bias)
            reached = problem.point(params, new.linearization, new.score_error)
            return _Step(reached, estimate, jnp.bool_(False))

        # A loop of at most one turn: a condition would evaluate every size under `vmap`.
        return jax.lax.while_loop(is_due, take, step)


def _sizes(first: int, features: int) -> list[int]:
    """Sizes of working sets, from small to large."""
    largest, sizes = min(features, _LARGEST), [first]
    while sizes[-1] < largest:
        sizes.append(min(_GROWTH * sizes[-1], largest))
    return sizes


def _most_wanted(problem: Problem, point: Point, size: int) -> Array:
    """Indices of the features of a working set, `[size]`."""
    steepness = jnp.max(jnp.abs(smallest_subgradient(problem, point)), axis=0)
    wish = steepness / jnp.maximum(jnp.max(steepness), jnp.finfo(steepness.dtype).tiny)
    is_used = jnp.any(point.params.weights != 0, axis=0)
    # used features first, unless they would leave no room for others: then whichever want it most
    first = is_used & (jnp.sum(is_used) <= _ROOM * size)
    return jax.lax.top_k(jnp.where(first, 2 + wish, wish), size)[1]


def _restricted(problem: Problem, point: Point, chosen: Array) -> tuple[Problem, Point]:
    """The problem in some weights and the bias; the other weights stay in the scores."""
    data, scales = problem.data, problem.scales
    scales = scales._replace(feature_rms=scales.feature_rms[chosen], offset=scales.offset[chosen])
    small = replace(problem, data=Batch(data.x[:, chosen], data.y, data.weight), scales=scales)

    def of_chosen(params: Params) -> Params:
        return params._replace(weights=params.weights[:, chosen])

    within = point._replace(params=of_chosen(point.params), gradient=of_chosen(point.gradient))
    return small, within


def _newton(problem: Problem, point: Point, accuracy: Hyperparameter) -> tuple[Point, Scalar]:
    """A proximal Newton step, and the decrease that it expects."""
    model, weights = damped_model(problem, point), point.params.weights
    slopes = model.centred(point.gradient) - problem.model.l2 * weights

    def minimise_output(at: tuple[Array, Array]) -> Array:
        return minimise_with_l1(problem.model, model.hessian, *at, accuracy)

    # One output after the other: under `vmap` all would continue until the slowest has converged.
    minimum = jax.lax.map(minimise_output, (slopes, weights))
    direction = model.with_bias(point.gradient, minimum - weights)
    new, _ = line_search(problem, point, direction, fraction=0.9)
    along = direction.weights
    square = jnp.vdot(along @ model.hessian, along) + problem.model.l2 * jnp.vdot(along, along)
    return new, 0.5 * (square + model.curvature * jnp.sum(direction.bias**2))
