"""scikit-learn's logistic regression as Intel's extension runs it: L-BFGS on oneDAL."""

import logging
from typing import Any

import daal4py
import numpy as np
import sklearn
from sklearnex.linear_model import LogisticRegression

from benchmarks.contract import Arrays, Outcome, Runner, Solve
from benchmarks.frameworks.specialists._binary import outcome

LIBRARY = "scikit-learn-intelex"
KIND = "solve"

OWN_CODE = "running accelerated version"

FEW = 1000
"""About so many examples, evenly spread, show whose code fits."""

sklearn.set_config(assume_finite=True, skip_parameter_validation=True)


def unsupported(task: Solve) -> str | None:
    if task.l1:
        return "its L-BFGS has no l1 penalty"
    if not task.l2:
        return "it is given the inverse of the penalty, which must not be zero"
    return "it fits one model at a time" if task.models > 1 else None


class Messages(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


def prepare(task: Solve, arrays: Arrays) -> Runner:
    # dense: it leaves a sparse x to scikit-learn
    large = arrays.x.size > 10**6
    x = arrays.x.astype(arrays.x.dtype if large else np.float64)
    some = slice(None, None, max(1, len(x) // FEW))
    _require_own_code(task, x[some], arrays.y[some])

    def run(tol: float) -> Any:
        return _estimator(task, len(x), tol).fit(x, arrays.y)

    def collect(fitted: Any) -> Outcome:
        if len(arrays.bias) == 1:
            return outcome(fitted.coef_, fitted.intercept_)
        return Outcome(fitted.coef_, fitted.intercept_)

    return Runner(run, collect, use_threads=daal4py.daalinit)


def _estimator(task: Solve, examples: int, tol: float) -> Any:
    return LogisticRegression(C=1 / (examples * task.l2), solver="lbfgs", tol=tol, max_iter=10**6)


def _require_own_code(task: Solve, x: np.ndarray, y: np.ndarray) -> None:
    """Fit a few examples and read in the log who did it: it falls back to scikit-learn without a word.

    Raises:
        RuntimeError: if that was not the extension.
    """
    logger, messages = logging.getLogger("sklearnex"), Messages()
    level = logger.level
    logger.addHandler(messages)
    logger.setLevel(logging.INFO)
    try:
        _estimator(task, len(x), 1e-2).fit(x, y)
    finally:
        logger.setLevel(level)
        logger.removeHandler(messages)
    if not any(OWN_CODE in text for text in messages.texts):
        raise RuntimeError(f"the extension left the fit to scikit-learn: {messages.texts}")
