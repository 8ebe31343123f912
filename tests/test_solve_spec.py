"""The contract of a solver. Every file in `benchmarks/frameworks` with KIND = "solve" is held to it.

Each runs in its own worker process, as it does in a benchmark, and is judged as there.
"""

from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks import convergence, discover, measure, problem
from benchmarks.measure import Pool
from benchmarks.record import Row
from benchmarks.solve_spec import SolveTask
from benchmarks.worker import Session

SMALL = {"num_examples": 120, "num_features": 6}
TARGETS = {**SMALL, "num_targets": 3}
CLASSES = {**SMALL, "num_classes": 3}
FOLDS = {"l2": (0.01, 0.1), "fold": (0, 1)}

# One and many models, each penalty, each loss. 1e-6 is what float32 reaches everywhere.
TASKS = [
    SolveTask("smooth", "synthetic", "logistic", 1e-6, "", l2=0.01, options=SMALL),
    SolveTask("elastic-net", "synthetic", "logistic", 1e-6, "", l2=0.01, l1=0.01, options=SMALL),
    SolveTask("classes-folds", "synthetic", "softmax", 1e-6, "", options=CLASSES, sweep=FOLDS),
    SolveTask("targets", "probes", "logistic", 1e-6, "", l2=0.01, options=TARGETS,
              sweep={"target": (0, 1, 2)}),
]  # fmt: skip
SOLVERS = [name for name in discover.names("frameworks") if discover.kind(name) == "solve"]


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    """Workers, each started once for all cases, in one folder as in a run."""
    made = Pool(tmp_path_factory.mktemp("workers"), timeout=120)
    yield made
    made.close()


@pytest.fixture(scope="module", params=TASKS, ids=lambda task: task.name)
def case(request, pool, tmp_path_factory):
    """A task, its saved problem and its judge."""
    task = request.param
    reason = discover.missing_imports("frameworks", convergence.JUDGE)
    if reason:
        pytest.skip(reason)
    given = problem.from_zero(
        task, discover.load("datasets", task.dataset).load(None, **task.options)
    )
    folder = tmp_path_factory.mktemp(task.name)
    problem.save(given, folder)
    judge = convergence.judge_of(task, given, folder, pool)
    return SimpleNamespace(task=task, problem=given, folder=folder, judge=judge)


@pytest.mark.parametrize("name", SOLVERS)
def test_it_gets_to_the_minimum_or_says_why_not(case, pool, name):
    reason = discover.missing_imports("frameworks", name)
    if reason:
        pytest.skip(reason)
    row, reason = Row(case.task.name, name), None
    try:
        worker = measure.prepare(row, pool, case.task, case.folder)
    except NotImplementedError as error:
        reason = str(error)
    if reason is not None:
        assert len(reason) > 20
        return
    assert row.library
    assert row.device
    found = {}
    for tol in (1e-1, 1e-3, 1e-5, 1e-7, 1e-9):
        assert worker.ask(Session.run, tol) > 0
        found[tol] = case.judge(worker.ask(Session.outcome))[1]
        if found[tol] <= case.task.target:
            break
    assert min(found.values()) <= case.task.target, found
    # the tolerance is the solver's own: a looser one brings less, or as much
    assert found[1e-1] >= found[tol]
    # and it starts from zero every time, not from where it was
    first = worker.ask(Session.outcome)
    worker.ask(Session.run, tol)
    for one, other in zip(first[:2], worker.ask(Session.outcome)[:2], strict=True):
        np.testing.assert_array_equal(one, other)
    after = problem.open_saved(case.folder)
    np.testing.assert_array_equal(after.x, case.problem.x)
    np.testing.assert_array_equal(after.y, case.problem.y)
