"""scikit-learn's truncated Newton method."""

from benchmarks.contract import Arrays, Runner, Solve
from benchmarks.frameworks.sklearn import _fits

LIBRARY = "scikit-learn"
KIND = "solve"


def unsupported(task: Solve) -> str | None:
    return _fits.needs_smooth(task)


def prepare(task: Solve, arrays: Arrays) -> Runner:
    return _fits.runner(task, arrays, "newton-cg")
