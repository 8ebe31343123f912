"""Solving to a tolerance: the minimum of the loss on all examples, with a bound on what is missing."""

from enum import IntEnum
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, Scalar

from ._checks import check_batch, check_positive, check_suited
from ._duality import gap_bound, subgradient
from ._losses import ALWAYS_DECREASING, LOG_2
from ._problem import Point, Problem, make_problem
from ._types import Batch, Params
from .implicit import with_derivatives
from .models import Model
from .solvers.base import FullBatchSolver


class Status(IntEnum):
    """How a solve ended.

    Attributes:
        CONVERGED: the gap is within the tolerance.
        MAX_STEPS: the steps were used up.
        DIVERGED: a number is no longer finite; the data is not finite or far out of scale.
        STALLED: rounding in this dtype hides further progress; solve in float64.
        NOT_CERTIFIABLE: no further decrease is in sight, but there is no bound: no penalty, or l1
            alone in a model without conjugate; linear only with dependent or over 1,024 features.
        SEPARABLE: there is no minimum: without a penalty every example is on its right side, and
            larger weights are always better.
    """

    CONVERGED = 0
    MAX_STEPS = 1
    DIVERGED = 2
    STALLED = 3
    NOT_CERTIFIABLE = 4
    SEPARABLE = 5


RUNNING = -1
PATIENCE = 20
"""Steps without a smaller gap or a smaller objective after which a run has stalled."""


UPDATES = 8
"""Steps after which scores are still about as exact as a product with x makes them. Measured in float32,
their error was then 0.4 to 1.5 times that of the product, up to 4.6 times with fewer than 20 features,
where that is small; what it moved in the gradient was within the allowance of the bound."""


class Solution(NamedTuple):
    """What a solve returns; under `vmap` every field has one more leading axis.

    Attributes:
        params: weights `[outputs, features]`, bias `[outputs]`.
        gap: upper bound on `loss(params) - min loss`, in units of the loss; infinite if there is none.
        gradient_norm: Euclidean norm of the smallest subgradient, zero only at a minimum.
        steps: how many steps the solver took.
        status: one of `Status`.
    """

    params: Params
    gap: Float[Array, "*models"]
    gradient_norm: Float[Array, "*models"]
    steps: Int[Array, "*models"]
    status: Int[Array, "*models"]


class Run(NamedTuple):
    """A solve that can be continued.

    Attributes:
        point: where it is.
        state: of the solver.
        gap: bound on how far the objective at `point` is above the minimum.
        best: the smallest gap so far.
        lowest: the smallest objective so far.
        since: steps since either became smaller.
        steps: steps taken.
        status: one of `Status`, or `RUNNING`.
    """

    point: Point
    state: Any
    gap: Scalar
    best: Scalar
    lowest: Scalar
    since: Scalar
    steps: Scalar
    status: Scalar


def solve(
    model: Model,
    solver: FullBatchSolver,
    params: Params,
    data: Batch,
    *,
    tol=1e-6,
    max_steps: int = 1000,
    check_values: bool = True,
) -> Solution:
    """Minimise the loss on all examples until the minimum is certainly near.

    A new penalty, tolerance, number of steps, start or data of the same shape compiles nothing. It can
    be jitted, vmapped over any leaf and differentiated: the derivatives of the parameters by
    penalties and data are those of the minimum (implicit function theorem), whatever the solver did.

    Args:
        model: `linear`, `logistic`, `softmax` or a model of your own, convex in its scores.
        solver: a `FullBatchSolver`: `LBFGS()`, `Newton()`, `SubsampledNewton()`, `Proximal()`,
            `ProximalNewton()`, `NormalEquations()`.
        params: the start; near the minimum (a warm start) fewer steps are needed.
        data: all examples.
        tol: stop when `gap <= tol * loss(params)`, the same for every solver. The gap is a bound from
            duality in the dtype of the parameters, with an allowance for rounding.
        max_steps: most steps of the solver.
        check_values: look for labels out of range and numbers that are not finite first (one pass
            over the data; not possible under your own `jit`).

    Returns:
        `Solution`. Whatever the data does is a `Status` in it, never an exception.

    Raises:
        ValueError, TypeError: if data and parameters do not fit each other or the model, the solver
            does not fit the model, a penalty is negative, or `tol` is not positive.
    """
    data = check_batch(model, params, data, values=check_values)
    check_suited(model, solver)
    check_positive("tol", tol)
    dtype = params.weights.dtype
    return _solve(model, solver, params, data, jnp.asarray(tol, dtype), jnp.asarray(max_steps))


# On a GPU the default precision of a float32 matrix product may be that of TF32, 10 bits: no tolerance
# below 1e-3 would ever be met.
exactly = jax.default_matmul_precision("highest")


@jax.jit
def _solve(model, solver, params, data, tol, max_steps) -> Solution:
    # Derivatives do not go through the iterations: they are those of the minimum.
    still = jax.lax.stop_gradient((model, solver, params, data))
    tol = jax.lax.stop_gradient(tol)
    problem, run = start(*still)
    run = advance(problem, still[1], run, tol=tol, limit=max_steps)
    solution = finish(problem, run)
    return solution._replace(params=exactly(with_derivatives)(model, solution.params, data))


@exactly
def start(model, solver, params, data) -> tuple[Problem, Run]:
    """A run that has not looked at the examples yet."""
    problem = make_problem(model, params, data)
    return problem, begin(problem, params, solver.init(problem, params))


def begin(problem: Problem, params: Params, state: Any) -> Run:
    """A run from a start and a state of the solver, with no more known about the point."""
    unknown = jax.eval_shape(problem.evaluate, params)
    point = jax.tree.map(lambda array: jnp.zeros(array.shape, array.dtype), unknown)
    zero, infinite = jnp.int32(0), jnp.full_like(point.value, jnp.inf)
    status = jnp.int32(RUNNING)
    return Run(
        point._replace(params=params), state, infinite, infinite, infinite, zero, zero, status
    )


@exactly
def advance(problem: Problem, solver, run: Run, *, tol, limit) -> Run:
    """Steps until the run has ended or taken `limit` in all; its scores are at most `UPDATES` steps old."""

    def step(run: Run) -> Run:
        point, state, estimate = solver.iterate(problem, run.point, run.state)
        new = run._replace(point=point, state=state, steps=run.steps + 1)
        return _judged(problem, new, estimate, tol)

    # Scores that were updated step by step carry their rounding errors with them. After many updates the
    # last word has a point without them; if it takes a convergence back, the run goes on.
    def round(at: tuple[Run, Array]) -> tuple[Run, Array]:
        run, _ = at
        fresh = run._replace(point=problem.evaluate(run.point.params))
        judged = _judged(problem, fresh, jnp.full_like(run.gap, jnp.inf), tol)
        open_ = (run.status == RUNNING) | (run.status == Status.CONVERGED)
        judged = judged._replace(status=jnp.where(open_, judged.status, run.status))
        going = lambda r: (r.status == RUNNING) & (r.steps < limit)
        last = jax.lax.while_loop(going, step, judged)
        return last, last.steps - judged.steps > UPDATES

    return jax.lax.while_loop(lambda at: at[1], round, (run, jnp.bool_(True)))[0]


def _judged(problem: Problem, run: Run, estimate: Scalar, tol) -> Run:
    point = run.point
    gap = gap_bound(problem, point)
    # Close to the minimum the objective stops to change long before the gap does.
    lower = point.value < run.lowest - jnp.finfo(gap.dtype).eps * problem.scale(point)
    since = jnp.where((gap < run.best) | lower, 0, run.since + 1)
    allowed = tol * problem.scale(point)
    l1, l2 = jnp.asarray(problem.model.l1), jnp.asarray(problem.model.l2)
    by_l1 = (l1 > 0) & (problem.model.conjugate is not None)
    certifiable = (l2 > 0) | (problem.scales.convexity > 0) | by_l1
    unpenalised = (l1 == 0) & (l2 == 0)
    endless = problem.model.example_loss in ALWAYS_DECREASING
    finite = jnp.isfinite(point.value) & jnp.isfinite(subgradient(problem, point)).all()
    outcomes = (
        (~finite, Status.DIVERGED),
        (gap <= allowed, Status.CONVERGED),
        (endless & unpenalised & (point.worst < LOG_2), Status.SEPARABLE),
        (~certifiable & (estimate <= allowed), Status.NOT_CERTIFIABLE),
        (since > PATIENCE, Status.STALLED),
    )
    status = jnp.int32(RUNNING)
    for condition, outcome in reversed(outcomes):
        status = jnp.where(condition, jnp.int32(outcome), status)
    best, lowest = jnp.minimum(gap, run.best), jnp.minimum(point.value, run.lowest)
    return run._replace(gap=gap, best=best, lowest=lowest, since=since, status=status)


def finish(problem: Problem, run: Run) -> Solution:
    """What the run has found."""
    status = jnp.where(run.status == RUNNING, jnp.int32(Status.MAX_STEPS), run.status)
    weights, bias = subgradient(problem, run.point), run.point.gradient.bias
    norm = jnp.sqrt(jnp.sum(weights**2) + jnp.sum(bias**2))
    return Solution(run.point.params, run.gap, norm, run.steps, status)
