"""glum: Newton steps of reweighted least squares, by Cholesky or coordinate descent, on own matrices."""

from typing import Any

import numpy as np
from glum import GeneralizedLinearRegressor
from scipy.sparse import csc_array

from benchmarks.contract import Arrays, Outcome, Runner, Solve
from benchmarks.frameworks.specialists._binary import (
    laid_out,
    needs_one_binary_path,
    outcome,
    outcomes,
    use_threads,
)

LIBRARY = "glum"
KIND = "solve"


def unsupported(task: Solve) -> str | None:
    return needs_one_binary_path(task)


def prepare(task: Solve, arrays: Arrays) -> Runner:
    x, y = laid_out(arrays.x, csc_array, "F", np.float64), arrays.y.astype(np.float64)
    strength = task.l1 + task.l2
    is_path = arrays.l1 is not None
    # a path is one fit, which starts at each penalty from the solution of the last
    search = {"alpha_search": True, "alpha": arrays.l1.tolist()} if arrays.l1 is not None else {}

    def run(tol: float) -> Any:
        # its loss is half the deviance, which is ours; without scaling the penalty is ours, too
        settings = {"alpha": strength, "l1_ratio": task.l1 / strength, **search}
        fitted = GeneralizedLinearRegressor(
            family="binomial", gradient_tol=tol, max_iter=10**4, scale_predictors=False,
            fit_intercept=True, check_input=False, **settings,
        )  # fmt: skip
        return fitted.fit(x, y)

    def collect(fitted: Any) -> Outcome:
        if is_path:
            return outcomes(zip(fitted.coef_path_, fitted.intercept_path_, strict=True))
        return outcome(fitted.coef_, fitted.intercept_)

    return Runner(run, collect, use_threads=use_threads)
