"""A solve that can be continued: it starts, advances by steps of a solver, and finishes."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Scalar

from .._types import Batch, Hyperparameter, Model, Params, PyTree, Solution, Status
from .gap import gap_bound, smallest_subgradient
from .precision import highest_precision
from .problem import Point, Problem, make_problem
from .protocols import FullBatchSolver

RUNNING = -1
"""The status of a run that has not ended."""

MAX_STEPS_WITHOUT_PROGRESS = 20
"""Steps without a smaller gap or a smaller objective after which a run has stalled."""

MAX_SCORE_UPDATES = 8
"""Largest number of steps whose updated scores are still about as exact as a product with x. Measured in
float32, their error was 0.4 to 1.5 times that of the product, and up to 4.6 times with fewer than 20
features, where both are small. The error of the gradient was within the allowance of the bound."""


class Run(NamedTuple):
    """A solve that can be continued.

    Attributes:
        point: current point.
        state: state of the solver.
        gap: bound on how far the objective at `point` is above the minimum.
        smallest_gap: the smallest gap so far.
        lowest_value: the smallest objective so far.
        steps_without_progress: steps since the gap or the objective decreased.
        steps: steps taken.
        status: one of `Status`, or `RUNNING`.
    """

    point: Point
    state: PyTree
    gap: Scalar
    smallest_gap: Scalar
    lowest_value: Scalar
    steps_without_progress: Scalar
    steps: Scalar
    status: Scalar


@highest_precision
def start(
    model: Model, solver: FullBatchSolver, params: Params, data: Batch
) -> tuple[Problem, Run]:
    """The problem, and a run before its first pass over the examples."""
    problem = make_problem(model, params, data)
    return problem, begin(problem, params, solver.init(problem, params))


def begin(problem: Problem, params: Params, state: PyTree) -> Run:
    """A run from given parameters and solver state, before the first pass over the examples."""
    unknown = jax.eval_shape(problem.evaluate, params)
    point = jax.tree.map(lambda array: jnp.zeros(array.shape, array.dtype), unknown)
    point = point._replace(params=params)
    zero, infinite = jnp.int32(0), jnp.full_like(point.value, jnp.inf)
    return Run(point, state, infinite, infinite, infinite, zero, zero, jnp.int32(RUNNING))


@highest_precision
def advance(
    problem: Problem,
    solver: FullBatchSolver,
    run: Run,
    *,
    tol: Hyperparameter,
    limit: Hyperparameter,
) -> Run:
    """Take steps until the run has ended or has taken `limit` steps in all.

    The scores of the result are at most `MAX_SCORE_UPDATES` steps old.
    """

    def step(run: Run) -> Run:
        point, state, estimate = solver.iterate(problem, run.point, run.state)
        new = run._replace(point=point, state=state, steps=run.steps + 1)
        return _update_status(problem, new, estimate, tol)

    def going(run: Run) -> Array:
        return (run.status == RUNNING) & (run.steps < limit)

    # Scores that are updated step by step accumulate rounding errors. After many updates the point is
    # evaluated again from its parameters; if it has not converged after all, the run continues.
    def advance_from_fresh_scores(carry: tuple[Run, Array]) -> tuple[Run, Array]:
        run, _ = carry
        fresh = run._replace(point=problem.evaluate(run.point.params))
        updated = _update_status(problem, fresh, jnp.full_like(run.gap, jnp.inf), tol)
        tentative = (run.status == RUNNING) | (run.status == Status.CONVERGED)
        updated = updated._replace(status=jnp.where(tentative, updated.status, run.status))
        last = jax.lax.while_loop(going, step, updated)
        return last, last.steps - updated.steps > MAX_SCORE_UPDATES

    carry = (run, jnp.bool_(True))
    return jax.lax.while_loop(lambda carry: carry[1], advance_from_fresh_scores, carry)[0]


def finish(problem: Problem, run: Run) -> Solution:
    """The solution that the run has found."""
    status = jnp.where(run.status == RUNNING, jnp.int32(Status.MAX_STEPS), run.status)
    weights, bias = smallest_subgradient(problem, run.point), run.point.gradient.bias
    norm = jnp.sqrt(jnp.sum(weights**2) + jnp.sum(bias**2))
    return Solution(run.point.params, run.gap, norm, run.steps, status)


def is_separable(model: Model, largest_loss: Scalar) -> Array:
    """Whether every example is certainly on its right side, so that larger weights are better.

    Half of the digits of the dtype are the margin: the score of an example on the boundary is zero but
    for its rounding error, which grows with the terms of the score and may exceed epsilon.
    """
    if model.separable_below is None:
        return jnp.bool_(False)
    margin = jnp.finfo(largest_loss.dtype).eps ** 0.5
    return largest_loss < model.separable_below * (1 - margin)


def _update_status(problem: Problem, run: Run, estimate: Scalar, tol: Hyperparameter) -> Run:
    point, model = run.point, problem.model
    gap = gap_bound(problem, point)
    # Close to the minimum the objective stops changing long before the gap does.
    lower = point.value < run.lowest_value - jnp.finfo(gap.dtype).eps * problem.scale(point)
    progress = (gap < run.smallest_gap) | lower
    idle = jnp.where(progress, 0, run.steps_without_progress + 1)
    allowed = tol * problem.scale(point)
    l1, l2 = jnp.asarray(model.l1), jnp.asarray(model.l2)
    by_l1 = (l1 > 0) & (model.conjugate is not None)
    certifiable = (l2 > 0) | (problem.scales.convexity > 0) | by_l1
    unpenalised = (l1 == 0) & (l2 == 0)
    finite = jnp.isfinite(point.value) & jnp.isfinite(smallest_subgradient(problem, point)).all()
    outcomes = (
        (~finite, Status.DIVERGED),
        (gap <= allowed, Status.CONVERGED),
        (unpenalised & is_separable(model, point.largest_loss), Status.SEPARABLE),
        (~certifiable & (estimate <= allowed), Status.NOT_CERTIFIABLE),
        (idle > MAX_STEPS_WITHOUT_PROGRESS, Status.STALLED),
    )
    status = jnp.int32(RUNNING)
    for condition, outcome in reversed(outcomes):
        status = jnp.where(condition, jnp.int32(outcome), status)
    return run._replace(
        gap=gap,
        smallest_gap=jnp.minimum(gap, run.smallest_gap),
        lowest_value=jnp.minimum(point.value, run.lowest_value),
        steps_without_progress=idle,
        status=status,
    )
