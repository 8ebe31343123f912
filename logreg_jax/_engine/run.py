"""A solve that can be continued: it starts, advances by steps of a solver, and finishes.

The steps work on scores that a line search has updated, and on an estimate of the gap. The end of a run is
decided on scores whose rounding error is known, and on a bound.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Scalar

from .._types import Batch, Hyperparameter, Model, Params, PyTree, Solution, Status
from .._xla.barriers import keep_in_loop
from .centring import move_bias
from .gap import Gap, bound_gap, estimate_gap, smallest_subgradient
from .penalties import l1_of
from .precision import highest_precision
from .problem import Point, Problem, make_problem
from .protocols import FullBatchSolver

RUNNING = -1
"""The status of a run that has not ended."""

MAX_STEPS_WITHOUT_PROGRESS = 20
"""Steps without a smaller gap or a smaller objective after which a run has stalled."""

_STALE = 16.0
"""Scores are computed anew once their rounding error may be this many times that of a pass over x. Steps
that are short beside the parameters add one of it each; a single long step and back adds far more."""


class Run(NamedTuple):
    """A solve that can be continued.

    Attributes:
        point: current point.
        state: state of the solver.
        estimate: the solver's estimate of how far the last point was above the minimum.
        gap: bound on how far the objective at `point` is above the minimum; an estimate of it between
            the steps.
        smallest_gap: the smallest estimate of the gap so far.
        lowest_value: the smallest objective so far.
        steps_without_progress: steps since the gap or the objective decreased.
        steps: steps taken.
        paused: whether something may have ended the run, which has to be decided.
        status: one of `Status`, or `RUNNING`.
    """

    point: Point
    state: PyTree
    estimate: Scalar
    gap: Scalar
    smallest_gap: Scalar
    lowest_value: Scalar
    steps_without_progress: Scalar
    steps: Scalar
    paused: Bool[Array, ""]
    status: Scalar


@highest_precision
def start(
    model: Model, solver: FullBatchSolver, params: Params, data: Batch, offset: Array
) -> tuple[Problem, Run]:
    """The problem, and a run before its first step."""
    problem = make_problem(model, params, data, offset)
    return problem, begin(problem, params, partial(solver.init, problem))


def begin(problem: Problem, params: Params, init: Callable[[Params], PyTree]) -> Run:
    """A run before its first step, whose point is to be evaluated by `advance`.

    Args:
        problem: what is minimised.
        params: where to start.
        init: the state of the solver, from the start.
    """
    unknown = jax.eval_shape(problem.evaluate, params)
    empty = jax.tree.map(lambda array: jnp.zeros(array.shape, array.dtype), unknown)
    point = empty._replace(params=params, score_error=_to_be_evaluated(empty.score_error))
    infinite, zero = jnp.full_like(point.value, jnp.inf), jnp.int32(0)
    return Run(
        point=point,
        state=init(params),
        estimate=infinite,
        gap=infinite,
        smallest_gap=infinite,
        lowest_value=infinite,
        steps_without_progress=zero,
        steps=zero,
        paused=jnp.bool_(True),
        status=jnp.int32(RUNNING),
    )


@highest_precision
def advance(
    problem: Problem,
    solver: FullBatchSolver,
    run: Run,
    *,
    tol: Hyperparameter,
    limit: Hyperparameter,
) -> Run:
    """Take steps until the run has ended or has taken `limit` steps in all."""

    def going(run: Run) -> Array:
        return (run.status == RUNNING) & ~run.paused & (run.steps < limit)

    def step(run: Run) -> Run:
        point, state, estimate = solver.iterate(problem, run.point, run.state)
        run = run._replace(point=point, state=state, estimate=estimate, steps=run.steps + 1)
        return _watch(problem, run, tol)

    def evaluate_if_stale(run: Run) -> Run:
        # A loop, because a condition would evaluate every model under `vmap`. It has one turn, or a second
        # one at zero: from a start that is worse than zero the way to the minimum may be long, because
        # losses hardly curve there.
        def evaluate(search: tuple[Point, Array]) -> tuple[Point, Array]:
            point, stale = search
            point = problem.evaluate(keep_in_loop(point.params, stale))
            worse = (run.steps == 0) & _is_worse_than_zero(problem, point)
            params = jax.tree.map(lambda entries: jnp.where(worse, 0, entries), point.params)
            return point._replace(params=params), worse

        search = run.point, (run.status == RUNNING) & _is_stale(problem, run.point)
        return run._replace(point=jax.lax.while_loop(lambda s: s[1], evaluate, search)[0])

    def advance_and_decide(carry: tuple[Run, Array]) -> tuple[Run, Array]:
        run = jax.lax.while_loop(going, step, carry[0])
        run = _decide(problem, evaluate_if_stale(run), tol)
        return run, (run.status == RUNNING) & (run.steps < limit)

    # A run may have ended before its next step, by a tolerance that is met where it begins.
    carry = (run._replace(paused=jnp.bool_(True)), jnp.bool_(True))
    return jax.lax.while_loop(lambda carry: carry[1], advance_and_decide, carry)[0]


def finish(problem: Problem, run: Run) -> Solution:
    """The solution that the run has found, for the user's own features."""
    status = jnp.where(run.status == RUNNING, jnp.int32(Status.MAX_STEPS), run.status)
    weights, bias = smallest_subgradient(problem, run.point), run.point.gradient.bias
    norm = jnp.sqrt(jnp.sum(weights**2) + jnp.sum(bias**2))
    params = move_bias(run.point.params, -problem.scales.offset)
    return Solution(params, run.gap, norm, run.steps, status)


def is_separable(model: Model, largest_loss: Scalar) -> Array:
    """Whether every example is certainly on its right side, so that larger weights are better.

    Half of the digits of the dtype are the margin: the score of an example on the boundary is zero but
    for its rounding error, which grows with the terms of the score and may exceed epsilon.
    """
    if model.separable_below is None:
        return jnp.bool_(False)
    margin = jnp.finfo(largest_loss.dtype).eps ** 0.5
    return largest_loss < model.separable_below * (1 - margin)


def _is_worse_than_zero(problem: Problem, point: Point) -> Array:
    entries = jnp.concatenate([point.params.weights.ravel(), point.params.bias])
    elsewhere = jnp.isfinite(entries).all() & (entries != 0).any()
    # With a margin, since close to zero there is nothing to gain.
    return elsewhere & ~(point.value <= 1.01 * problem.scales.null_loss)


def _to_be_evaluated(score_error: Scalar) -> Scalar:
    """A `score_error` that no point has: its scores are unknown."""
    return jnp.full_like(score_error, -jnp.inf)


def _is_stale(problem: Problem, point: Point) -> Array:
    to_be_evaluated = point.score_error < 0  # see `_to_be_evaluated`
    # False if either is not a number: another pass would not make it one.
    return to_be_evaluated | (point.score_error > _STALE * problem.score_error(point.params))


def _watch(problem: Problem, run: Run, tol: Hyperparameter) -> Run:
    """Note the progress of a step, and pause if something may have ended the run."""
    point, gap = run.point, estimate_gap(problem, run.point)
    # Close to the minimum the objective stops changing long before the gap does.
    eps = jnp.finfo(gap.bound.dtype).eps
    lower = point.value < run.lowest_value - eps * problem.scale(point)
    progress = (gap.bound < run.smallest_gap) | lower
    run = run._replace(
        gap=gap.bound,
        smallest_gap=jnp.minimum(gap.bound, run.smallest_gap),
        lowest_value=jnp.minimum(point.value, run.lowest_value),
        steps_without_progress=jnp.where(progress, 0, run.steps_without_progress + 1),
    )
    status = _outcome(problem, run, gap, tol)
    return run._replace(paused=(status != RUNNING) | _is_stale(problem, point))


def _decide(problem: Problem, run: Run, tol: Hyperparameter) -> Run:
    """The gap at the point, and whether it or anything else ends the run."""
    gap = bound_gap(problem, run.point)
    run = run._replace(gap=gap.bound, smallest_gap=jnp.minimum(gap.bound, run.smallest_gap))
    # A run that has ended is not decided again.
    status = jnp.where(run.status == RUNNING, _outcome(problem, run, gap, tol), run.status)
    # Any other end than convergence may be due to the error of updated scores: look again.
    updated = run.point.score_error > 1.01 * problem.score_error(run.point.params)
    again = updated & (status != Status.CONVERGED) & (run.status == RUNNING) & (status != RUNNING)
    error = jnp.where(again, _to_be_evaluated(run.point.score_error), run.point.score_error)
    point = run.point._replace(score_error=error)
    paused = _is_stale(problem, point)
    return run._replace(point=point, paused=paused, status=jnp.where(again, RUNNING, status))


def _outcome(problem: Problem, run: Run, gap: Gap, tol: Hyperparameter) -> Array:
    point, model = run.point, problem.model
    allowed = tol * problem.scale(point)
    l1, l2 = jnp.asarray(l1_of(model)), jnp.asarray(model.l2)
    by_l1 = (l1 > 0) & (model.conjugate is not None)
    certifiable = (l2 > 0) | (problem.scales.convexity > 0) | by_l1
    unpenalised = (l1 == 0) & (l2 == 0)
    finite = jnp.isfinite(point.value) & jnp.isfinite(smallest_subgradient(problem, point)).all()
    invisible = (gap.floor > allowed) & (gap.visible <= jnp.maximum(allowed, gap.floor))
    invisible &= jnp.isfinite(gap.floor)
    stalled = run.steps_without_progress > MAX_STEPS_WITHOUT_PROGRESS
    outcomes = (
        (~finite, Status.DIVERGED),
        (jnp.isfinite(gap.bound) & (gap.bound <= allowed), Status.CONVERGED),
        (unpenalised & is_separable(model, point.largest_loss), Status.SEPARABLE),
        (~certifiable & (run.estimate <= allowed), Status.NOT_CERTIFIABLE),
        (invisible | (stalled & (gap.visible <= 16 * gap.noise)), Status.PRECISION_LIMIT),
        (stalled, Status.STALLED),
    )
    status = jnp.int32(RUNNING)
    for condition, outcome in reversed(outcomes):
        status = jnp.where(condition, jnp.int32(outcome), status)
    return status
