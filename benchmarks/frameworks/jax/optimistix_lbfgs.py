"""optimistix's L-BFGS, with a line search by backtracking."""

from typing import Any

import jax
import optimistix

from benchmarks.contract import Arrays, Runner, Solve
from benchmarks.frameworks.jax._smooth import Objective, Params, needs_smooth, runner

LIBRARY = "optimistix"
KIND = "solve"


def unsupported(task: Solve) -> str | None:
    return needs_smooth(task)


def _minimise(objective: Objective, tol: jax.Array, start: Params) -> Params:
    """The optimal parameters of one model: a step changes them and the loss by `tol` or less."""
    accuracy: Any = tol  # annotated as a float, and traced here
    solver: Any = optimistix.LBFGS(rtol=accuracy, atol=accuracy, history_length=20)
    # at the limit of rounding no step succeeds any more, which is no error here: the judge decides
    solution: Any = optimistix.minimise(
        lambda params, _: objective(params), solver, start, max_steps=10_000, throw=False
    )
    params: Params = solution.value
    return params


def prepare(task: Solve, arrays: Arrays) -> Runner:
    return runner(task, arrays, _minimise)
