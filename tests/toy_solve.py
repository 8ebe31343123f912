"""A small problem to be solved, its judge, and solvers that give what a test asks for."""

from types import SimpleNamespace

import numpy as np

from benchmarks import convergence, problem
from benchmarks.curves import Effort
from benchmarks.datasets import probes, synthetic
from benchmarks.measure import NOT_REACHED
from benchmarks.record import Row
from benchmarks.solve_spec import SolveTask, Verdict
from benchmarks.spec import Outcome, Runner
from tests.in_process import Pool, silent

TASK = SolveTask("toy", "synthetic", "logistic", 1e-4, "why", l2=0.1)
MANY = SolveTask("many", "probes", "logistic", 1e-4, "why", l2=0.1, sweep={"target": (0, 1, 2)})
EFFORT = Effort(climb=10.0, timing=1.0, most=5, enough=0.0)


def judge():
    """A problem whose minimum is 1 at weights of zero: the gap is the sum of their squares."""

    def prepare(task, given):
        def run(weights, bias):
            square = np.sum(np.atleast_3d(weights) ** 2, axis=(1, 2))
            return square if task.sweep else square.sum(keepdims=True)

        return Runner(run, lambda square: Verdict(1 + square, square))

    return SimpleNamespace(LIBRARY="toy", prepare=prepare)


def solver(size=np.sqrt, before_run=lambda tol: None, reason=None, shape=None):
    """A solver that returns one weight of `size(tol)`; of many models the last is the worst."""

    def prepare(task, given):
        def run(tol):
            before_run(tol)
            return size(tol)

        def collect(value):
            weights, bias = np.zeros(shape or given.weights.shape), np.zeros(given.bias.shape)
            weights[0, 0] = value
            if task.sweep:
                weights, bias = np.stack([0 * weights] * 2 + [weights]), np.stack([bias] * 3)
            return Outcome(weights, bias, None)

        return Runner(run, collect)

    return SimpleNamespace(LIBRARY="toy", unsupported=lambda task: reason, prepare=prepare)


def fails_at(tol, error, times=10**9):
    """What raises `error` at tolerances up to `tol`, for the first `times` solves."""
    left = iter(range(times))

    def before_run(at):
        if at <= tol * 1.01 and next(left, None) is not None:
            raise error

    return before_run


def run(tmp_path, task=TASK, rows=None, **solvers):
    """Rows by name, after climbing and timing; `rows` gets them, too, also if that is interrupted."""
    size = {"num_examples": 20, "num_features": 4}
    data = probes.load(None, num_targets=3, **size) if task.sweep else synthetic.load(None, **size)
    given = problem.from_zero(task, data)
    problem.save(given, tmp_path)
    rows = [] if rows is None else rows
    rows += [Row(task.name, name, status="skipped", reason=NOT_REACHED) for name in solvers]
    pool = Pool(_judge=judge(), **solvers)
    convergence.measure(task, given, tmp_path, rows, pool, EFFORT, silent)
    return {row.framework: row for row in rows}
