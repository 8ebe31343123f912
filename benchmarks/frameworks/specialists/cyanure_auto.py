"""Cyanure: variance-reduced and accelerated gradients with a duality gap, in C++."""

from typing import Any

import numpy as np
from cyanure.estimators import Classifier
from scipy.sparse import csr_array

from benchmarks.contract import Arrays, Outcome, Runner, Solve
from benchmarks.frameworks.specialists._binary import (
    laid_out,
    needs_one_binary_model,
    outcome,
    signs,
)

LIBRARY = "cyanure"
KIND = "solve"

MOST_PASSES = 10**5


def unsupported(task: Solve) -> str | None:
    return needs_one_binary_model(task)


def prepare(task: Solve, arrays: Arrays) -> Runner:
    x, y = laid_out(arrays.x, csr_array, "C", np.float64), signs(arrays.y)
    penalty, strengths = "l2", {"lambda_1": task.l2}
    if task.l1:
        penalty, strengths = "elasticnet", {"lambda_1": task.l1, "lambda_2": task.l2}
        if not task.l2:
            penalty, strengths = "l1", {"lambda_1": task.l1}

    threads = {"n_threads": -1}

    def use_threads(count: int) -> None:
        threads["n_threads"] = count

    def run(tol: float) -> Any:
        # its tolerance is the relative duality gap, looked at every few passes
        fitted = Classifier(
            loss="logistic", penalty=penalty, **strengths, fit_intercept=True, tol=tol, solver="auto",
            max_iter=MOST_PASSES, duality_gap_interval=5, verbose=False, **threads,
        )  # fmt: skip
        return fitted.fit(x, y)

    def collect(fitted: Any) -> Outcome:
        converged = np.asarray(np.max(fitted.n_iter_) < MOST_PASSES)
        return outcome(fitted.coef_, fitted.intercept_)._replace(converged=converged)

    return Runner(run, collect, use_threads=use_threads)
