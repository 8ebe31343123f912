"""skglm: proximal Newton steps on working sets of features, compiled by numba.

A path of penalties is a loop of fits, each from the last one's solution.
"""

from typing import Any

import numpy as np
from scipy.sparse import csc_array
from skglm import GeneralizedLinearEstimator
from skglm.datafits import Logistic
from skglm.penalties import L1, L1_plus_L2
from skglm.solvers import ProxNewton

from benchmarks.contract import Arrays, Outcome, Runner, Solve
from benchmarks.frameworks.specialists._binary import (
    laid_out,
    needs_one_binary_path,
    outcome,
    outcomes,
    signs,
    use_threads,
)

LIBRARY = "skglm"
KIND = "solve"


def unsupported(task: Solve) -> str | None:
    if not task.l1:
        return "its working sets need an l1 penalty"
    return needs_one_binary_path(task)


def prepare(task: Solve, arrays: Arrays) -> Runner:
    x, y = laid_out(arrays.x, csc_array, "F", np.float64), signs(arrays.y)
    is_path = arrays.l1 is not None
    values = [task.l1] if arrays.l1 is None else arrays.l1.tolist()

    def penalty(l1: float) -> Any:
        strength = l1 + task.l2
        return L1_plus_L2(strength, l1 / strength) if task.l2 else L1(l1)

    def run(tol: float) -> list[tuple[Any, Any]]:
        solver = ProxNewton(tol=tol, fit_intercept=True, max_iter=10**4, warm_start=is_path)
        fitted, found = GeneralizedLinearEstimator(Logistic(), None, solver), []
        for l1 in values:
            fitted.penalty = penalty(l1)
            fitted.fit(x, y)
            found.append((fitted.coef_.copy(), np.copy(fitted.intercept_)))
        return found

    def collect(found: list[tuple[Any, Any]]) -> Outcome:
        return outcomes(found) if is_path else outcome(*found[0])

    return Runner(run, collect, use_threads=use_threads)
