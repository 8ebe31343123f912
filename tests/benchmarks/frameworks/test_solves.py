"""The contract of a solve. Every implementation for solves in `benchmarks/frameworks` is held to it.

Each runs in its own worker process, as it does in a benchmark, and is judged as there.
"""

import numpy as np
import pytest

from benchmarks import registry
from benchmarks.contract import Solve
from benchmarks.proof.judging import judge_of
from benchmarks.workers.array_files import open_arrays
from benchmarks.workers.host import Host
from benchmarks.workers.messages import Unsupported

SMALL = {"num_examples": 120, "num_features": 6}


# The gap is one that float32 reaches everywhere.
def task_of(name, model="logistic", options=SMALL, required_gap=1e-6, **settings):
    return Solve(
        name=name, dataset="synthetic", model=model, options=options, l2=0.01,
        required_gap=required_gap, why="a small task of each sort", **settings,
    )  # fmt: skip


# one and many models, each penalty, each loss, each precision
TASKS = (
    task_of("smooth"),
    task_of("float64", precision="float64", required_gap=1e-9),
    task_of("elastic-net", l1=0.01),
    task_of(
        "classes-folds", "softmax", options={**SMALL, "num_classes": 3},
        sweep={"l2": (0.01, 0.1), "fold": (0, 1)},
    ),
)  # fmt: skip
SOLVERS = [name for name in registry.names("frameworks") if registry.kind_of(name) == "solve"]


LONG = ("classes-folds", "float64")
"""Many models are many solves of one; the tests of `solve_many` show ours."""


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(task, id=task.name, marks=[pytest.mark.long] if task.name in LONG else [])
        for task in TASKS
    ],
)
def judged(request, pool, case_of):
    """A case and its judge."""
    reason = registry.missing_imports("proof", "judge")
    if reason:
        pytest.skip(reason)
    case = case_of(request.param)
    return case, judge_of(case, pool)


@pytest.mark.parametrize("name", SOLVERS)
def test_it_reaches_the_minimum_or_has_a_reason(judged, pool, name):
    reason = registry.missing_imports("frameworks", name)
    if reason:
        pytest.skip(reason)
    case, judge = judged
    worker = pool.worker(name)
    assert worker.loaded.library
    reason = None
    try:
        device = worker.ask(Host.prepare, case.task, case.folder).device
    except Unsupported as unsupported:
        reason = str(unsupported)
    if reason is not None:
        assert len(reason) > 20
        return
    assert device
    gaps = {}
    for tol in (1e-1, 1e-3, 1e-5, 1e-7, 1e-9):
        assert worker.ask(Host.run, tol) > 0
        gaps[tol] = judge(worker.ask(Host.outcome))[1]
        if gaps[tol] <= case.task.required_gap:
            break
    assert min(gaps.values()) <= case.task.required_gap, gaps
    # the tolerance is the solver's own: a looser one brings less, or as much
    assert gaps[1e-1] >= gaps[tol]
    # and it starts from zero every time, not from where it was
    first = worker.ask(Host.outcome)
    worker.ask(Host.run, tol)
    for one, other in zip(first[:2], worker.ask(Host.outcome)[:2], strict=True):
        np.testing.assert_array_equal(one, other)
    for got, expected in zip(open_arrays(case.folder), case.arrays, strict=True):
        np.testing.assert_array_equal(got, expected)
