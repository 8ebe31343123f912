"""scikit-learn's default solver in float64 where x is large: slower, and it arrives everywhere."""

import numpy as np

from benchmarks.frameworks import _sklearn
from benchmarks.solve_spec import SolveTask
from benchmarks.spec import Problem, Runner

LIBRARY = "scikit-learn"
KIND = "solve"


def unsupported(task: SolveTask) -> str | None:
    return _sklearn.only_smooth(task)


def prepare(task: SolveTask, problem: Problem) -> Runner:
    if problem.x.size <= _sklearn.LARGE:
        raise NotImplementedError("x is small: every row of scikit-learn is in float64 here")
    return _sklearn.runner(task, problem, "lbfgs", np.float64)
