"""Solving to a tolerance: the minimum of the loss on all examples, with a bound on the error."""

import jax
from jax.typing import ArrayLike
from jaxtyping import Array

from ._checks.derivatives import reverse_mode_only
from ._checks.examples import check_solve
from ._checks.penalties import check_single_penalties
from ._engine.centring import centre, move_bias, without_derivative
from ._engine.implicit import with_implicit_derivatives
from ._engine.penalties import without_zero_l1
from ._engine.precision import highest_precision
from ._engine.protocols import FullBatchSolver
from ._engine.run import advance, finish, start
from ._types import Batch, Model, Params, Solution


def solve(
    model: Model,
    solver: FullBatchSolver,
    params: Params,
    data: Batch,
    *,
    tol: ArrayLike = 1e-6,
    max_steps: int | Array = 1000,
    check_values: bool = True,
) -> Solution:
    """Minimise the loss on all examples until it is certainly close to its minimum.

    New penalties, tolerances, step limits, starts or data of the same shape compile nothing; only the
    first l1 that is not zero does. A solve can be jitted, vmapped over any leaf and differentiated: the
    derivatives of the parameters with respect to penalties and data are those of the minimum (implicit
    function theorem), whatever the solver did.

    Args:
        model: `linear`, `logistic`, `softmax` or a model of your own, convex in its scores.
        solver: a `FullBatchSolver`: `LBFGS()`, `Newton()`, `SubsampledNewton()`, `Proximal()`,
            `WorkingSet()`, `NormalEquations()`.
        params: the start, weights `[outputs, features]`, bias `[outputs]`; close to the minimum (a
            warm start) fewer steps are needed.
        data: all examples: x `[examples, features]`, y `[examples]`, weight `[examples]` or None.
        tol: relative tolerance: stop when `gap <= tol * loss(params)`, for every solver. The gap is an
            upper bound on the distance from the minimum (docs/solvers.md), in the dtype of the parameters,
            with an allowance for rounding.
        max_steps: largest number of steps, an integer from 0; it may be traced, as `tol` may.
        check_values: check for labels out of range and numbers that are not finite first (one pass
            over the data; arrays that your own `jit` traces are not checked).

    Returns:
        `Solution`. Whatever the data causes is a `Status` in it, never an exception.

    Raises:
        ValueError: if shapes or values of data and parameters do not fit, the solver does not
            support the model, a penalty is negative or not finite, `tol` is not positive and finite, or
            `max_steps` is negative.
        TypeError: if a dtype does not fit (only float32 and float64 do), the solver is not a full-batch
            solver, or `max_steps` is not an integer.
    """
    model, solver, params, data, *limits = check_solve(
        model, solver, params, data, tol, max_steps, values=check_values
    )
    check_single_penalties(model)
    model = without_zero_l1(model)
    centred = centre(without_derivative(data.x))
    with reverse_mode_only():
        return _solve(model, solver, params, data, centred, *limits)


@jax.jit
def _solve(
    model: Model,
    solver: FullBatchSolver,
    params: Params,
    data: Batch,
    centred: tuple[Array, Array],
    tol: Array,
    max_steps: Array,
) -> Solution:
    # Derivatives do not pass through the iterations: they are those of the minimum.
    x, offset = centred
    inputs = (model, solver, move_bias(params, offset), data._replace(x=x), offset)
    constants, tol = jax.lax.stop_gradient((inputs, tol))
    problem, run = start(*constants)
    run = advance(problem, constants[1], run, tol=tol, limit=max_steps)
    solution = finish(problem, run)
    minimum = highest_precision(with_implicit_derivatives)(model, solution.params, data)
    return solution._replace(params=minimum)
