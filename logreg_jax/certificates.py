"""How far parameters are from the optimum, with certainty: an upper bound computed in float64."""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Scalar

from ._checks import check_batch, check_no_negative_penalty
from ._duality import gap_bound, with_best_bias
from ._losses import ALWAYS_DECREASING, LOG_2
from ._problem import Point, Problem
from ._types import Batch, Params
from .models import Model
from .solvers.base import FullBatchSolver
from .solvers.closed_form import NormalEquations
from .solvers.lbfgs import LBFGS
from .solvers.newton import Newton
from .solvers.proximal import Proximal
from .solvers.proximal_newton import ProximalNewton
from .solving import RUNNING, Run, advance, start

TIGHT = 0.1
"""The bound exceeds the true gap by at most this share where the refinement succeeds."""
ROUNDS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
"""After how many steps of the refinement it is looked at."""


class Certificate(NamedTuple):
    """What is certain about parameters.

    Attributes:
        gap: upper bound on `loss(params) - min loss`, in units of the loss; infinite if there is none.
        loss: the objective at the parameters, in float64.
        reason: why there is no bound, or None.
    """

    gap: float
    loss: float
    reason: str | None


def certificate(model: Model, params: Params, data: Batch) -> Certificate:
    """An upper bound on `loss(params) - min loss`, whoever found the parameters.

    Every dual point bounds the minimum from below (see `gap_bound`), the better the nearer it is to the
    dual optimum. So a copy of the parameters is improved in float64 until its own gap is a tenth of
    what it gained over the parameters, and gain plus gap is the bound: at most 1.1 times the true gap
    and an allowance for rounding (tested: 1.11 times the gap plus 1e-12 of the loss). The improvement
    need not be trusted: however it came about, the bound at its end holds.

    JAX's 64-bit types are switched on for this computation only. It needs about as many passes over x
    as a warm start of `solve`, and converts a block of rows at a time: no copy of x in float64 is made.
    It runs on concrete arrays, outside `jit`.

    Args:
        model: convex in its scores; with `l2 > 0`, or with `l1 > 0` and a conjugate, or linear.
        params: weights `[outputs, features]`, bias `[outputs]`, such as the `coef_` and `intercept_` of
            scikit-learn; they and x may be float32 or float64, and what is float64 stays so.
        data: all examples.

    Returns:
        `Certificate`. Without a penalty logistic and softmax have no bound: infinite, and the reason.

    Raises:
        ValueError, TypeError: if data and parameters do not fit each other or the model, or if a
            penalty is negative.
    """
    check_no_negative_penalty(model)
    with jax.enable_x64(True):
        double = partial(jax.tree.map, lambda leaf: jnp.asarray(np.asarray(leaf), jnp.float64))
        # Parameters from elsewhere need not have the dtype of x: theirs is not what is computed in.
        dtype = getattr(data.x, "dtype", jnp.float32)
        alike = jax.tree.map(lambda leaf: jnp.asarray(leaf, dtype), Params(*params))
        checked = check_batch(model, alike, data, values=True)
        y = double(data.y) if model.target == "continuous" else checked.y
        weight = None if data.weight is None else double(data.weight)
        return _certify(double(model), double(Params(*params)), Batch(checked.x, y, weight))


def _certify(model: Model, params: Params, data: Batch) -> Certificate:
    solver = _refinement(model, params)
    weight, scales, run = _start(model, solver, params, data)
    problem = Problem(model, data, weight, scales)
    run = _advance(problem, solver, run, 0)  # looks, and takes no step
    loss, gap = run.point.value, jnp.full_like(run.gap, jnp.inf)
    if loss > scales.null:  # far out, where the losses hardly bend, zero is the better start
        *_, run = _start(model, solver, jax.tree.map(jnp.zeros_like, params), data)
        run = _advance(problem, solver, run, 0)
    rounding = 16 * jnp.finfo(jnp.float64).eps * (jnp.abs(loss) + jnp.abs(problem.scales.null))
    limits = iter(ROUNDS)
    while True:
        value, missing = _bound(problem, run.point)
        gain = jnp.maximum(loss - value, 0)
        gap = jnp.minimum(gap, gain + missing)
        limit = next(limits, None)
        tight = missing <= jnp.maximum(TIGHT * gain, rounding)
        if tight or limit is None or run.status != RUNNING:
            break
        run = _advance(problem, solver, run, limit)
    if jnp.isfinite(gap):
        return Certificate(float(gap + rounding), float(loss), None)
    return Certificate(float("inf"), float(loss), _reason(model, loss, run.point))


def _refinement(model: Model, params: Params) -> FullBatchSolver:
    single = params.bias.size == 1
    if model.l1 > 0:
        return ProximalNewton() if single else Proximal()
    if model.curvature[0] == model.curvature[1]:
        return NormalEquations()
    return Newton() if single else LBFGS()


def _reason(model: Model, loss: Scalar, point: Point) -> str:
    if not jnp.isfinite(loss):
        return "the loss is not finite"
    if model.example_loss in ALWAYS_DECREASING and point.worst < LOG_2:
        return "without a penalty separable data has no optimum: larger weights are always better"
    return f"no bound is known for {model.name} with l2={model.l2}, l1={model.l1}: add a penalty"


@jax.jit
def _start(model: Model, solver: FullBatchSolver, params: Params, data: Batch):
    problem, run = start(model, solver, params, data)
    return problem.weight, problem.scales, run  # the problem itself would come with a copy of x


@jax.jit
def _advance(problem: Problem, solver: FullBatchSolver, run: Run, limit) -> Run:
    return advance(problem, solver, run, tol=0.0, limit=limit)


@jax.jit
def _bound(problem: Problem, point: Point) -> tuple[Scalar, Scalar]:
    best = with_best_bias(problem, point)
    return best.value, gap_bound(problem, best)
