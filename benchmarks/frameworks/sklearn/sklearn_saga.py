"""scikit-learn's stochastic average gradients, its only solver for elastic nets."""

from benchmarks.contract import Arrays, Runner, Solve
from benchmarks.frameworks.sklearn import _fits

LIBRARY = "scikit-learn"
KIND = "solve"


def unsupported(task: Solve) -> str | None:
    if "l1" in task.sweep:
        return "it has no path of l1 penalties, and a fit of each would be seconds long"
    if task.l1 and "fold" in task.sweep:
        return (
            "LogisticRegressionCV has one l1_ratio for a path, and in this task it differs with l2"
        )
    return None


def prepare(task: Solve, arrays: Arrays) -> Runner:
    return _fits.runner(task, arrays, "saga", random_state=0)
