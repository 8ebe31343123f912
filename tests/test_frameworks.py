"""The contract of an implementation. Every file in `benchmarks/frameworks` is held to it.

Each runs in its own worker process, as it does in a benchmark.
"""

from dataclasses import dataclass

import numpy as np
import pytest

from benchmarks import discover, parity, problem
from benchmarks.datasets import synthetic
from benchmarks.frameworks import numpy_float64
from benchmarks.process import Worker
from benchmarks.spec import Problem, Task
from benchmarks.worker import Session

CLASSES = {"linear": None, "logistic": 2, "softmax": 4}

# Each model, optimizer and kind of batch at least twice. 70 examples in batches of 16 leave a last
# batch of 6.
CASES = {
    f"{model}-{optimizer}{momentum or ''}-{batch or 'full'}": (model, optimizer, momentum, batch)
    for model, optimizer, momentum, batch in (
        ("linear", "sgd", 0.0, None),
        ("linear", "adam", 0.0, 16),
        ("logistic", "sgd", 0.9, 16),
        ("logistic", "adam", 0.0, None),
        ("softmax", "sgd", 0.9, None),
        ("softmax", "adam", 0.0, 16),
    )
}


@dataclass
class Prepared:
    """A case, saved for workers."""

    task: Task
    problem: Problem
    folder: object


# A wider scope than that of `trained`: in each case the implementations come in the order of a run.
@pytest.fixture(scope="session", params=CASES.values(), ids=CASES.keys())
def case(request, tmp_path_factory):
    model, optimizer, momentum, batch = request.param
    options = {"num_examples": 70, "num_features": 6, "num_classes": CLASSES[model]}
    epochs = 30 if batch is None else 6
    task = Task("case", "synthetic", model, optimizer, 0.02, epochs, "why", momentum, batch,
                start_scale=0.3, options=options)  # fmt: skip
    built = problem.build(task, synthetic.load(None, **options))
    folder = tmp_path_factory.mktemp("case")
    problem.save(built, folder)
    return Prepared(task, built, folder)


@pytest.fixture(scope="module")
def workers(tmp_path_factory):
    """Workers by name, each started once for all cases, in one folder as in a run."""
    started, folder = {}, tmp_path_factory.mktemp("workers")

    def get(name):
        if name not in started:
            started[name] = Worker(name, folder, timeout=300)
            started[name].ask(Session.load)
        return started[name]

    yield get
    for worker in started.values():
        worker.close()


@pytest.fixture(scope="module", params=discover.names("frameworks"))
def trained(request, workers, case):
    """A worker that is prepared for the case, and what its first run gave."""
    reason = discover.missing_imports("frameworks", request.param)
    if reason:
        pytest.skip(reason)
    worker = workers(request.param)
    reason = worker.ask(Session.unsupported, case.task)
    if reason:
        pytest.skip(reason)
    assert worker.ask(Session.prepare, case.task, case.folder)["device"]
    assert worker.ask(Session.run) > 0
    return worker, worker.ask(Session.outcome)


def test_it_names_its_library(trained):
    assert trained[0].ask(Session.load)["library"]


def test_the_outcome_is_the_references(trained, case):
    outcome = trained[1]
    reference = numpy_float64.prepare(case.task, case.problem).run()
    apart, allowed = parity.difference(case.problem, outcome, reference)
    assert apart <= allowed
    if outcome.losses is not None:
        np.testing.assert_allclose(outcome.losses, reference.losses, rtol=1e-4)


def test_a_rehearsal_is_the_beginning(trained, case):
    early = trained[0].ask(Session.rehearse, case.task, case.folder, 3)
    reference = numpy_float64.prepare(case.task, case.problem.first(3)).run()
    apart, allowed = parity.difference(case.problem, early, reference)
    assert apart <= allowed


def test_two_runs_are_equal_even_after_a_rehearsal(trained, case):
    worker, first = trained
    worker.ask(Session.run)
    for one, other in zip(first, worker.ask(Session.outcome), strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_problem_is_unchanged(trained, case):
    after = problem.open_saved(case.folder)
    for got, expected in zip(after, case.problem, strict=True):
        np.testing.assert_array_equal(got, expected)


def test_it_knows_its_peak_memory(trained):
    # more than an interpreter with NumPy, less than the machine
    assert 2**23 < trained[0].ask(Session.memory)["peak_memory"] < 2**36
