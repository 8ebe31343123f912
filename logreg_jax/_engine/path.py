"""One problem with many penalties, each solved from the solution of the last."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Scalar

from .._types import Batch, Hyperparameter, Model, Params, PyTree
from .centring import move_bias
from .precision import highest_precision
from .problem import Problem, make_problem
from .protocols import FullBatchSolver
from .run import Run, advance, begin


class _PathState(NamedTuple):
    """The last two solutions, the logarithms of their penalties, and the state of the solver."""

    params: Params
    previous_params: Params
    log_penalty: Scalar
    previous_log_penalty: Scalar
    solver_state: PyTree


@highest_precision
def solve_along_path(
    model: Model,
    solver: FullBatchSolver,
    params: Params,
    data: Batch,
    offset: Array,
    tol: Hyperparameter,
    max_steps: Hyperparameter,
    report: Callable[[Problem, Run], PyTree],
) -> PyTree:
    """`report` of the run of each value, with a leading axis `[values]` in the order given."""
    dtype = params.bias.dtype
    present = {"l2": model.l2, "l1": model.l1}
    penalties = {name: jnp.asarray(p, dtype) for name, p in present.items() if p is not None}
    log_penalty = jnp.log(jnp.maximum(sum(penalties.values()), jnp.finfo(dtype).tiny))
    strongest_first = jnp.argsort(-log_penalty)
    # A scalar penalty is not sorted: under `vmap` over paths in different orders an absent l1 would
    # become one per model, and bounds for it would be computed.
    varying: dict[str, Any] = {name: p for name, p in penalties.items() if p.ndim}

    def solve_one(
        path: _PathState, value: tuple[dict[str, Any], Scalar]
    ) -> tuple[_PathState, PyTree]:
        penalties, log_penalty = value
        current = replace(problem, model=replace(model, **penalties))
        start = _extrapolate(path, log_penalty)

        def warm_start(params: Params) -> PyTree:
            return solver.warm_start(current, params, path.solver_state)

        run = begin(current, start, warm_start)
        run = advance(current, solver, run, tol=tol, limit=max_steps)
        found = run.point.params
        new = _PathState(found, path.params, log_penalty, path.log_penalty, run.state)
        return new, report(current, run)

    values = jax.tree.map(lambda array: array[strongest_first], (varying, log_penalty))
    strongest, first = jax.tree.map(lambda array: array[0], values)
    params = move_bias(params, offset)
    problem = make_problem(replace(model, **strongest), params, data, offset)
    path = _PathState(params, params, first, first, solver.init(problem, params))
    reports = jax.lax.scan(solve_one, path, values)[1]
    given_order = jnp.argsort(strongest_first)
    return jax.tree.map(lambda array: array[given_order], reports)


def _extrapolate(path: _PathState, log_penalty: Scalar) -> Params:
    """Extrapolation of the last two solutions, linear in the logarithm of the penalty."""
    span = path.log_penalty - path.previous_log_penalty
    ratio = (log_penalty - path.log_penalty) / span
    share = jnp.where(span < 0, jnp.minimum(ratio, 2.0), 0.0)
    return jax.tree.map(
        lambda new, old: new + share * (new - old), path.params, path.previous_params
    )
