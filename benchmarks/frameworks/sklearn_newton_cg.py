"""scikit-learn's truncated Newton method."""

from benchmarks.frameworks import _sklearn
from benchmarks.solve_spec import SolveTask
from benchmarks.spec import Problem, Runner

LIBRARY = "scikit-learn"
KIND = "solve"


def unsupported(task: SolveTask) -> str | None:
    return _sklearn.only_smooth(task)


def prepare(task: SolveTask, problem: Problem) -> Runner:
    return _sklearn.runner(task, problem, "newton-cg")
