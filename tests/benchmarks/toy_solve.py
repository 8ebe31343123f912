"""A small problem to be solved, its judge, and solvers that give what a test asks for."""

from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks.contract import Case, Outcome, Runner, Solve
from benchmarks.datasets import probes, synthetic
from benchmarks.kinds import Context, _blocks, solve
from benchmarks.kinds.solve import KIND, SolveRow, TimeLimits
from benchmarks.proof.judging import Judgement
from benchmarks.proof.tolerance_sweep import Limits
from benchmarks.timing.rounds import Budget
from benchmarks.workers.array_files import save_arrays
from tests.benchmarks.in_process import Pool, silent

COMMON = {"model": "logistic", "required_gap": 1e-4, "why": "why", "l2": 0.1}
TASK = Solve(name="toy", dataset="synthetic", **COMMON)
MANY = Solve(name="many", dataset="probes", sweep={"target": (0, 1, 2)}, **COMMON)
TIME_LIMITS = TimeLimits(Limits(10.0, 60.0), Budget(0.0, 3, 5), timing=1.0)


def toy_judge():
    """Of a problem whose minimum is 1 at weights of zero: the gap is the sum of their squares."""

    def prepare(task, arrays):
        def run(weights, bias):
            square = np.sum(np.atleast_3d(weights) ** 2, axis=(1, 2))
            return square if task.sweep else square.sum(keepdims=True)

        return Runner(run, lambda square: Judgement(1 + square, square))

    return SimpleNamespace(LIBRARY="toy", unsupported=lambda task: None, prepare=prepare)


def solver(size=np.sqrt, before_run=lambda tol: None, reason=None, shape=None, converged=None):
    """A solver that returns one weight of `size(tol)`; of many models the last is the worst."""

    def prepare(task, arrays):
        def run(tol):
            before_run(tol)
            return size(tol)

        def collect(value):
            weights, bias = np.zeros(shape or arrays.weights.shape), np.zeros(arrays.bias.shape)
            weights[0, 0] = value
            if task.sweep:
                weights, bias = np.stack([0 * weights] * 2 + [weights]), np.stack([bias] * 3)
            return Outcome(weights, bias, converged=converged)

        return Runner(run, collect)

    return SimpleNamespace(LIBRARY="toy", unsupported=lambda task: reason, prepare=prepare)


def fails_at(tol, error, times=10**9):
    """What raises `error` at tolerances up to `tol`, for the first `times` solves."""
    left = iter(range(times))

    def before_run(at):
        if at <= tol * 1.01 and next(left, None) is not None:
            raise error

    return before_run


def run(tmp_path, task=TASK, rows=None, judge=None, blocks=1, **solvers):
    """Rows by name, after the tolerance sweep and timing; `rows` gets them also if that is interrupted."""
    size = {"num_examples": 20, "num_features": 4}
    data = probes.load(None, num_targets=3, **size) if task.sweep else synthetic.load(None, **size)
    arrays = KIND.build(task, data)
    save_arrays(arrays, tmp_path)
    rows = [] if rows is None else rows
    rows += [SolveRow(task.name, name) for name in solvers]
    case = Case(task, data, arrays, tmp_path)
    context = Context(Pool(judge=judge or toy_judge(), **solvers), silent, quick=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solve, "QUICK_TIME_LIMITS", TIME_LIMITS)
        patch.setattr(_blocks, "QUICK_BLOCKS", blocks)
        try:
            KIND.time(case, KIND.prove(case, rows, context).entries, context)
        finally:
            KIND.conclude(case, rows)
    return {row.implementation: row for row in rows}
