"""LIBLINEAR in scikit-learn: trust-region Newton steps, one output."""

from benchmarks.contract import Arrays, Runner, Solve
from benchmarks.frameworks.sklearn import _fits

LIBRARY = "scikit-learn"
KIND = "solve"

SCALING = 100.0
"""Liblinear penalises the bias as the weight of a feature with this value: by a ten-thousandth of l2. With
a larger value its conjugate gradients converge slowly. The penalty of the bias adds less than 1e-8 to a
gap."""


def unsupported(task: Solve) -> str | None:
    if task.model == "softmax":
        return "liblinear has one output; it fits several classes one against the rest, another objective"
    return _fits.needs_smooth(task)


def prepare(task: Solve, arrays: Arrays) -> Runner:
    return _fits.runner(task, arrays, "liblinear", intercept_scaling=SCALING)
