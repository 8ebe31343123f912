"""Regularisation paths: one problem with many penalties, each solved from the solution of the last."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Scalar

from ._checks import check_batch, check_positive, check_suited
from ._problem import Problem, make_problem
from ._types import Batch, Params
from .implicit import with_derivatives
from .models import Model
from .solvers.base import FullBatchSolver
from .solving import Run, Solution, advance, begin, exactly, finish


class _Place(NamedTuple):
    """Where a path is: the last two solutions, and the logarithms of their penalties."""

    params: Params
    before: Params
    strength: Scalar
    strength_before: Scalar
    state: Any


def solve_path(
    model: Model,
    solver: FullBatchSolver,
    params: Params,
    data: Batch,
    *,
    tol=1e-6,
    max_steps: int = 1000,
    check_values: bool = True,
) -> Solution:
    """Solve for every value of a penalty, one after the other, from the strongest to the weakest.

    Each solve starts where the last two solutions point to, on a line in the logarithm of the penalty,
    and keeps what the solver has learnt (`FullBatchSolver.renew`). All of it is one compiled program,
    whatever the values; it can be vmapped over folds, and differentiated as `solve`.

    Args:
        model: `l2` or `l1` or both `[values]`, in any order.
        solver: as in `solve`.
        params: the start of the first, weights `[outputs, features]`, bias `[outputs]`.
        data: as in `solve`.
        tol: as in `solve`, of each value.
        max_steps: as in `solve`, of each value.
        check_values: as in `solve`.

    Returns:
        `Solution`, with `[values]` in front of every field, in the order of the values given.

    Raises:
        ValueError, TypeError: as `solve`, and if there are no values or l1 and l2 differ in length.
    """
    data = check_batch(model, params, data, values=check_values)
    check_suited(model, solver)
    check_positive("tol", tol)
    check_penalties(model)
    dtype = params.weights.dtype
    return _path(model, solver, params, data, jnp.asarray(tol, dtype), jnp.asarray(max_steps))


def check_penalties(model: Model) -> None:
    """Raise unless one penalty or both have an axis of values, of one length."""
    shapes = {jnp.shape(penalty) for penalty in (model.l2, model.l1)} - {()}
    if len(shapes) != 1 or len(next(iter(shapes))) != 1 or shapes == {(0,)}:
        raise ValueError(
            f"got penalties of shapes {jnp.shape(model.l2)} and {jnp.shape(model.l1)}; expected [values], "
            "at least one, for l2 or l1, or for both the same. Use replace(model, l2=...)."
        )


@jax.jit
def _path(model, solver, params, data, tol, max_steps) -> Solution:
    # As in `solve`, derivatives do not go through the iterations.
    still = jax.lax.stop_gradient((model, solver, params, data, tol))
    solution = path(*still, max_steps, finish)
    axes = jax.tree.map(lambda leaf: 0 if jnp.ndim(leaf) else None, model)
    minima = jax.vmap(exactly(with_derivatives), (axes, 0, None))(model, solution.params, data)
    return solution._replace(params=minima)


@exactly
def path(
    model: Model,
    solver: FullBatchSolver,
    params: Params,
    data: Batch,
    tol: Array,
    max_steps: Array,
    report: Callable[[Problem, Run], Any],
) -> Any:
    """What `report` says of the solution of each value, `[values]` in front, in the order given."""
    dtype = params.bias.dtype
    penalties = {name: jnp.asarray(getattr(model, name), dtype) for name in ("l2", "l1")}
    strengths = jnp.log(jnp.maximum(sum(penalties.values()), jnp.finfo(dtype).tiny))
    strongest_first = jnp.argsort(-strengths)
    # A penalty without values stays out of the sorting: under `vmap` over others that are in another
    # order, no l1 at all would become one per model, and bounds for it would be computed.
    several: dict[str, Any] = {name: p for name, p in penalties.items() if p.ndim}

    def one(place: _Place, now: tuple[dict[str, Any], Array]) -> tuple[_Place, Any]:
        penalties, strength = now
        here = replace(problem, model=replace(model, **penalties))
        near = _ahead(place, strength)
        run = begin(here, near, solver.renew(here, near, place.state))
        run = advance(here, solver, run, tol=tol, limit=max_steps)
        found = run.point.params
        new = _Place(found, place.params, strength, place.strength, run.state)
        return new, report(here, run)

    values = jax.tree.map(lambda array: array[strongest_first], (several, strengths))
    strongest, first = jax.tree.map(lambda array: array[0], values)
    problem = make_problem(replace(model, **strongest), params, data)
    place = _Place(params, params, first, first, solver.init(problem, params))
    reports = jax.lax.scan(one, place, values)[1]
    given = jnp.argsort(strongest_first)
    return jax.tree.map(lambda array: array[given], reports)


def _ahead(place: _Place, strength: Scalar) -> Params:
    span = place.strength - place.strength_before
    share = jnp.where(span < 0, jnp.minimum((strength - place.strength) / span, 2.0), 0.0)
    return jax.tree.map(lambda new, old: new + share * (new - old), place.params, place.before)
