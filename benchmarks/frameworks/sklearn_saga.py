"""scikit-learn's stochastic average gradients, its only solver for elastic nets."""

from benchmarks.frameworks import _sklearn
from benchmarks.solve_spec import SolveTask
from benchmarks.spec import Problem, Runner

LIBRARY = "scikit-learn"
KIND = "solve"


def unsupported(task: SolveTask) -> str | None:
    if task.l1 and "fold" in task.sweep:
        return "LogisticRegressionCV has one l1_ratio for a path, and a path of l2 many"
    return None


def prepare(task: SolveTask, problem: Problem) -> Runner:
    return _sklearn.runner(task, problem, "saga", random_state=0)
