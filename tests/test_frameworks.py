"""The contract of an implementation. Every file in `benchmarks/frameworks` is held to it.

Each runs in its own worker process, as it does in a benchmark.
"""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from benchmarks import discover, parity, problem
from benchmarks.frameworks import numpy_float64, numpy_stacked
from benchmarks.measure import REFERENCE
from benchmarks.process import Worker
from benchmarks.spec import Problem, Task
from benchmarks.worker import Session

CLASSES = {"linear": None, "logistic": 2, "softmax": 4}
FIVE = tuple(range(5))
RATES = {"learning_rate": (0.01, 0.02, 0.05)}
TARGETS = {"num_examples": 70, "num_features": 6, "num_targets": 5}
SETS = {"num_examples": 70, "num_features": 6, "num_sets": 5}


def make_task(
    name, model, optimizer, momentum, batch, dataset="synthetic", options=None, sweep=None
):
    options = options or {"num_examples": 70, "num_features": 6, "num_classes": CLASSES[model]}
    epochs = 30 if batch is None else 6
    return Task(name, dataset, model, optimizer, 0.02, epochs, "why", momentum, batch,
                start_scale=0.3, options=options, sweep=sweep or {})  # fmt: skip


# Each model, optimizer and kind of batch at least twice, and each way to sweep. 70 examples in batches
# of 16 leave a last batch of 6.
TASKS = [
    make_task(f"{model}-{optimizer}{momentum or ''}-{batch or 'full'}", model, optimizer, momentum, batch)
    for model, optimizer, momentum, batch in (
        ("linear", "sgd", 0.0, None),
        ("linear", "adam", 0.0, 16),
        ("logistic", "sgd", 0.9, 16),
        ("logistic", "adam", 0.0, None),
        ("softmax", "sgd", 0.9, None),
        ("softmax", "adam", 0.0, 16),
    )
] + [
    make_task("rates", "softmax", "adam", 0.0, 16, sweep=RATES),
    make_task("rates-penalties", "linear", "sgd", 0.9, 16, sweep={**RATES, "l2": (0.0, 0.1)}),
    make_task("folds-penalties", "softmax", "sgd", 0.9, None, sweep={"fold": (0, 1, 2), "l2": (0.0, 0.1)}),
    make_task("folds-batches", "softmax", "adam", 0.0, 16, sweep={"fold": (0, 1, 2)}),
    make_task("targets-full", "logistic", "adam", 0.0, None, "probes", TARGETS, {"target": FIVE}),
    make_task("targets-batches", "logistic", "sgd", 0.9, 16, "probes", TARGETS, {"target": FIVE}),
    make_task("data-full", "logistic", "sgd", 0.9, None, "many_small", SETS, {"data": FIVE}),
    make_task("data-batches", "logistic", "adam", 0.0, 16, "many_small", SETS, {"data": FIVE}),
]  # fmt: skip
REHEARSED = ("linear-sgd-full", "softmax-adam-16", "rates", "folds-penalties", "data-batches")
"""One task for each way to cut a problem short."""
PAIRS = [
    (task, framework)
    for task in TASKS
    for framework in discover.names("frameworks")
    if discover.kind(framework) == task.kind
]


@dataclass
class Prepared:
    """A case, saved for workers."""

    task: Task
    problem: Problem
    folder: object


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    """Cases by task, each built once for all implementations."""
    made = {}

    def get(task):
        if task.name not in made:
            dataset = discover.load("datasets", task.dataset).load(None, **task.options)
            folder = tmp_path_factory.mktemp("case")
            made[task.name] = Prepared(task, problem.build(task, dataset), folder)
            problem.save(made[task.name].problem, folder)
        return made[task.name]

    return get


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


@pytest.fixture(scope="module", params=PAIRS, ids=lambda pair: f"{pair[0].name}-{pair[1]}")
def trained(request, workers, cases):
    """A worker that is prepared for a case, what its first run gave, and the case."""
    task, name = request.param
    reason = discover.missing_imports("frameworks", name)
    if reason:
        pytest.skip(reason)
    case, worker = cases(task), workers(name)
    reason = worker.ask(Session.unsupported, task)
    if reason:
        pytest.skip(reason)
    assert worker.ask(Session.prepare, task, case.folder)["device"]
    assert worker.ask(Session.run) > 0
    return worker, worker.ask(Session.outcome), case


def reference(case, steps=10**9):
    file = {"training": numpy_float64, "sweep": numpy_stacked}[case.task.kind]
    assert file.__name__.endswith(REFERENCE[case.task.kind])
    return file.prepare(case.task, case.problem.first(steps)).run()


def test_it_names_its_library(trained):
    assert trained[0].ask(Session.load)["library"]


def test_the_outcome_is_the_references(trained):
    _, outcome, case = trained
    expected = reference(case)
    apart, allowed = parity.difference(case.problem, outcome, expected)
    assert apart <= allowed
    if outcome.losses is not None:
        np.testing.assert_allclose(outcome.losses, expected.losses, rtol=1e-4)


def test_a_rehearsal_is_the_beginning(trained):
    worker, _, case = trained
    if case.task.name not in REHEARSED:
        pytest.skip("compiled rows would compile once more; " + ", ".join(REHEARSED) + " show it")
    early = worker.ask(Session.rehearse, case.task, case.folder, 3)
    apart, allowed = parity.difference(case.problem, early, reference(case, 3))
    assert apart <= allowed


def test_two_runs_are_equal_even_after_a_rehearsal(trained):
    worker, first, _ = trained
    worker.ask(Session.run)
    for one, other in zip(first, worker.ask(Session.outcome), strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_problem_is_unchanged(trained):
    case = trained[2]
    after = problem.open_saved(case.folder)
    for got, expected in zip(after, case.problem, strict=True):
        np.testing.assert_array_equal(got, expected)


def test_it_knows_its_peak_memory(trained):
    # more than an interpreter with NumPy, less than the machine
    assert 2**23 < trained[0].ask(Session.memory)["peak_memory"] < 2**36


# one model at a time has neither penalties nor sample weights
LOOPED = [t for t in TASKS if t.sweep and not {"l2", "fold"} & set(t.sweep)]


@pytest.mark.parametrize("task", LOOPED, ids=lambda task: task.name)
def test_the_reference_of_sweeps_is_the_loop_of_the_reference(task, cases):
    given = cases(task).problem
    stacked = numpy_stacked.prepare(task, given).run()
    for i, rate in enumerate(given.learning_rate):
        x = given.x if given.x.ndim == 2 else given.x[i]
        y = given.y if given.y.ndim == 1 else given.y[i]
        one = replace(task, sweep={}, learning_rate=float(rate))
        alone = numpy_float64.prepare(one, given._replace(x=x, y=y, learning_rate=None)).run()
        for got, expected in zip(stacked[:3], alone[:3], strict=True):
            np.testing.assert_allclose(got[i], expected, rtol=1e-9, atol=1e-12)
