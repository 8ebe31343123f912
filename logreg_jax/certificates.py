"""How far parameters are from the optimum, with certainty: an upper bound computed in float64."""

from dataclasses import replace
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Scalar

from ._checks.concrete import check_concrete
from ._checks.examples import check_certifiable
from ._engine.bias import with_optimal_bias
from ._engine.gap import bound_gap
from ._engine.problem import Point, Problem, Scales
from ._engine.protocols import FullBatchSolver
from ._engine.run import RUNNING, Run, advance, is_separable, start
from ._types import Batch, Model, Params
from .solvers.closed_form import NormalEquations
from .solvers.lbfgs import LBFGS
from .solvers.newton import Newton
from .solvers.proximal import Proximal
from .solvers.working_set import WorkingSet

_TIGHTNESS = 0.1
"""The bound exceeds the true gap by at most this share if the refinement succeeds."""

_STEP_LIMITS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
"""Steps of the refinement after which the bound is computed."""


class Certificate(NamedTuple):
    """A bound on how far parameters are from the optimum.

    Attributes:
        gap: upper bound on `loss(params) - min loss`, in units of the loss. If nothing else is known, it is
            the loss less the lowest value that a loss can have; infinite if there is no such value.
        loss: the objective at the parameters, in float64.
        reason: why the bound may be far above the true gap, or None.
    """

    gap: float
    loss: float
    reason: str | None


def certificate(model: Model, params: Params, data: Batch) -> Certificate:
    """An upper bound on `loss(params) - min loss`, whatever program found the parameters.

    Every dual point bounds the minimum from below, the better the closer it is to the dual optimum. So a
    copy of the parameters is improved in float64 until its own gap is a tenth of what it gained over the
    parameters, and gain plus gap is the bound: at most 1.1 times the true gap plus an allowance for
    rounding (tested: 1.11 times the gap plus 1e-12 of the loss). The bound holds also if
    the improvement finds little; `reason` then says so.

    JAX's 64-bit types are switched on for this computation only. It needs about as many passes over x
    as a warm start of `solve`, and converts a block of rows at a time: no copy of x in float64 is made.
    It runs on concrete arrays, outside `jit`.

    Args:
        model: convex in its scores; with `l2 > 0`, or with `l1 > 0` and a conjugate, or linear.
        params: weights `[outputs, features]`, bias `[outputs]`, such as the `coef_` and `intercept_` of
            scikit-learn; float32 or float64, whatever the dtype of x. float64 is not rounded.
        data: all examples: x `[examples, features]`, y `[examples]`, weight `[examples]` or None.

    Returns:
        `Certificate`. Without a penalty logistic and softmax have no close bound: the gap is the loss, and
            the reason says so.

    Raises:
        ValueError: if shapes or values of data and parameters do not fit, or a penalty is negative or
            not finite.
        TypeError: if a dtype does not fit, or under `jit`, `vmap` or `grad`.
    """
    check_concrete("certificate", "Call it on the results of jit.", model, params, data)
    with jax.enable_x64(True):
        model, params, checked = check_certifiable(model, params, data)
        to_double = partial(jax.tree.map, lambda leaf: jnp.asarray(np.asarray(leaf), jnp.float64))
        return _certify(to_double(model), to_double(params), checked)


def _certify(model: Model, params: Params, data: Batch) -> Certificate:
    solver, given = _refinement(model, params), model
    model = model if model.l1 > 0 else replace(model, l1=None)
    point, weight, scales, run = _start(model, solver, params, data)
    loss, problem = point.value, Problem(model, data, weight, scales)
    gap = loss - scales.lowest
    magnitude = jnp.abs(loss) + jnp.abs(problem.scales.null_loss)
    rounding = 16 * jnp.finfo(jnp.float64).eps * magnitude
    limits = iter(_STEP_LIMITS)
    while True:
        value, remaining = _bound(problem, point)
        gain = jnp.maximum(loss - value, 0)
        gap = jnp.fmin(gap, gain + remaining)  # no number if the bias has no optimum
        limit = next(limits, None)
        tight = remaining <= jnp.maximum(_TIGHTNESS * gain, rounding)
        if tight or limit is None or run.status != RUNNING:
            break
        run = _advance(problem, solver, run, limit)
        point = run.point
    reason = None if tight else _reason(given, loss, point)
    bound = gap + rounding if jnp.isfinite(loss) else jnp.inf
    return Certificate(float(bound), float(loss), reason)


def _refinement(model: Model, params: Params) -> FullBatchSolver:
    """The solver that improves the parameters.

    This is not the choice that docs/solvers.md recommends for a solve, which depends on the number of
    examples: few steps from close to the minimum are needed, and no solver that works on a sample.
    """
    single = params.bias.size == 1
    if model.l1 > 0:
        return WorkingSet() if single else Proximal()
    if model.curvature[0] == model.curvature[1]:
        return NormalEquations()
    return Newton() if single else LBFGS()


def _reason(model: Model, loss: Scalar, point: Point) -> str:
    if not jnp.isfinite(loss):
        return "the loss is not finite"
    if model.l2 > 0 or model.l1 > 0:
        return "the parameters were not improved enough to show how close the bound is"
    if is_separable(model, point.largest_loss):
        return "without a penalty separable data has no optimum: larger weights are always better"
    return (
        f"no close bound is known for {model.name} with l2={model.l2}, l1={model.l1}: add a penalty"
    )


@jax.jit
def _start(
    model: Model, solver: FullBatchSolver, params: Params, data: Batch
) -> tuple[Point, Array, Scales, Run]:
    # In float64 a feature far from zero costs no digit that the bound needs.
    offset = jnp.zeros(data.x.shape[1], params.bias.dtype)
    problem, run = start(model, solver, params, data, offset)
    # the problem itself would contain a copy of x
    return problem.evaluate(params), problem.weight, problem.scales, run


@jax.jit
def _advance(problem: Problem, solver: FullBatchSolver, run: Run, limit: int | Array) -> Run:
    return advance(problem, solver, run, tol=0.0, limit=limit)


@jax.jit
def _bound(problem: Problem, point: Point) -> tuple[Scalar, Scalar]:
    best = with_optimal_bias(problem, point)
    return best.value, bound_gap(problem, best).bound
