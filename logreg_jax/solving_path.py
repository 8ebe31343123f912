"""Regularisation paths: one problem with many penalties, each solved from the solution of the last."""

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike
from jaxtyping import Array

from ._checks.derivatives import reverse_mode_only
from ._checks.examples import check_solve
from ._checks.penalties import check_path_penalties
from ._engine.centring import centre, without_derivative
from ._engine.implicit import with_implicit_derivatives
from ._engine.path import solve_along_path
from ._engine.penalties import without_zero_l1
from ._engine.precision import highest_precision
from ._engine.protocols import FullBatchSolver
from ._engine.run import finish
from ._types import Batch, Model, Params, Solution


def solve_path(
    model: Model,
    solver: FullBatchSolver,
    params: Params,
    data: Batch,
    *,
    tol: ArrayLike = 1e-6,
    max_steps: int | Array = 1000,
    check_values: bool = True,
) -> Solution:
    """Solve for every value of a penalty, one after the other, from the strongest to the weakest.

    Each solve starts from an extrapolation of the last two solutions, linear in the logarithm of the
    penalty, and keeps the state of the solver (`FullBatchSolver.warm_start`). The path is one compiled
    program, whatever the values; it can be vmapped over folds, and differentiated as `solve`.

    Args:
        model: `l2` or `l1` or both `[values]`, in any order.
        solver: as in `solve`.
        params: the start of the first solve, weights `[outputs, features]`, bias `[outputs]`.
        data: as in `solve`.
        tol: as in `solve`, of each value.
        max_steps: as in `solve`, of each value.
        check_values: as in `solve`.

    Returns:
        `Solution`, with a leading axis `[values]` on every field, in the order of the values given.

    Raises:
        ValueError: as in `solve`, and if there are no values or l1 and l2 differ in length.
        TypeError: as in `solve`.
    """
    model, solver, params, data, *limits = check_solve(
        model, solver, params, data, tol, max_steps, values=check_values
    )
    check_path_penalties(model)
    model = without_zero_l1(model)
    centred = centre(without_derivative(data.x))
    with reverse_mode_only():
        return _solve_path(model, solver, params, data, centred, *limits)


@jax.jit
def _solve_path(
    model: Model,
    solver: FullBatchSolver,
    params: Params,
    data: Batch,
    centred: tuple[Array, Array],
    tol: Array,
    max_steps: Array,
) -> Solution:
    # As in `solve`, derivatives do not pass through the iterations.
    x, offset = centred
    inputs = (model, solver, params, data._replace(x=x), offset, tol)
    constants = jax.lax.stop_gradient(inputs)
    solution: Solution = solve_along_path(*constants, max_steps, finish)
    axes = jax.tree.map(lambda leaf: 0 if jnp.ndim(leaf) else None, model)
    differentiable = jax.vmap(highest_precision(with_implicit_derivatives), (axes, 0, None))
    return solution._replace(params=differentiable(model, solution.params, data))
