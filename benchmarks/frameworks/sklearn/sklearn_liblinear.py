"""LIBLINEAR in scikit-learn: trust-region Newton steps, one output."""

from benchmarks.contract import Arrays, Runner, Solve
from benchmarks.frameworks.sklearn import _fits

LIBRARY = "scikit-learn"
KIND = "solve"

SCALING = 100.0
"""Value of a constant feature whose weight is the bias, which liblinear therefore penalises: by a
ten-thousandth of l2, which adds less than 1e-8 to a gap. With a larger value its conjugate gradients
converge slowly."""


def unsupported(task: Solve) -> str | None:
    if task.model == "softmax":
        return "liblinear has one output; it fits several classes one against the rest, another objective"
    return _fits.needs_smooth(task)


def prepare(task: Solve, arrays: Arrays) -> Runner:
    return _fits.runner(task, arrays, "liblinear", intercept_scaling=SCALING)
