"""LIBLINEAR in scikit-learn: trust-region Newton steps, one output."""

from benchmarks.frameworks import _sklearn
from benchmarks.solve_spec import SolveTask
from benchmarks.spec import Problem, Runner

LIBRARY = "scikit-learn"
KIND = "solve"

SCALING = 100.0
"""It penalises the bias as the weight of a feature with this value, that is by a ten-thousandth of l2:
as little as possible before its conjugate gradients suffer. No gap shows it above 1e-8."""


def unsupported(task: SolveTask) -> str | None:
    if task.model == "softmax":
        return "liblinear has one output; classes are one against the rest, another objective"
    return _sklearn.only_smooth(task)


def prepare(task: SolveTask, problem: Problem) -> Runner:
    return _sklearn.runner(task, problem, "liblinear", intercept_scaling=SCALING)
