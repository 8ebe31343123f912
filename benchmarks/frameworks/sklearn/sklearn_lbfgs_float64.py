"""scikit-learn's default solver, SciPy's L-BFGS, in float64 where x is large: slower, but more accurate."""

import numpy as np

from benchmarks.contract import Arrays, Runner, Solve
from benchmarks.frameworks.sklearn import _fits

LIBRARY = "scikit-learn"
KIND = "solve"


def unsupported(task: Solve) -> str | None:
    return _fits.needs_smooth(task)


def prepare(task: Solve, arrays: Arrays) -> Runner:
    if arrays.x.size <= _fits.LARGE or arrays.x.dtype == np.float64:
        raise NotImplementedError("`sklearn_lbfgs` solves this task in float64 already")
    return _fits.runner(task, arrays, "lbfgs", np.float64)
