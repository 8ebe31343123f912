"""skglm: proximal Newton steps on working sets of features, compiled by numba."""

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
    needs_one_binary_model,
    outcome,
    signs,
    use_threads,
)

LIBRARY = "skglm"
KIND = "solve"


def unsupported(task: Solve) -> str | None:
    if not task.l1:
        return "its working sets need an l1 penalty"
    return needs_one_binary_model(task)


def prepare(task: Solve, arrays: Arrays) -> Runner:
    x, y = laid_out(arrays.x, csc_array, "F", np.float64), signs(arrays.y)
    strength = task.l1 + task.l2
    penalty = L1_plus_L2(strength, task.l1 / strength) if task.l2 else L1(task.l1)

    def run(tol: float) -> Any:
        solver = ProxNewton(tol=tol, fit_intercept=True, max_iter=10**4)
        return GeneralizedLinearEstimator(Logistic(), penalty, solver).fit(x, y)

    def collect(fitted: Any) -> Outcome:
        return outcome(fitted.coef_, fitted.intercept_)

    return Runner(run, collect, use_threads=use_threads)
