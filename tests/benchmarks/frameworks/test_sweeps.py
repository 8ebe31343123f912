"""The contract of a sweep. Every implementation for sweeps in `benchmarks/frameworks` is held to it.

Each runs in its own worker process, as it does in a benchmark.
"""

from dataclasses import fields

import numpy as np
import pytest

from benchmarks.contract import Sweep, Training
from benchmarks.frameworks.numpy import numpy_float64, numpy_stacked
from tests.benchmarks.frameworks.steps import StepsContract, pairs, train

SIZE = {"num_examples": 70, "num_features": 6}
OPTIONS = {
    "linear": {**SIZE, "num_classes": None},
    "softmax": {**SIZE, "num_classes": 4},
    "probes": {**SIZE, "num_targets": 5},
    "many_small": {**SIZE, "num_sets": 5},
}
FIVE = tuple(range(5))
RATES = {"learning_rate": (0.01, 0.02, 0.05)}
L2 = {"l2": (0.0, 0.1)}
FOLDS = {"fold": (0, 1, 2)}


def task_of(name, model, optimizer, momentum, batch_size, sweep, dataset="synthetic"):
    return Sweep(
        name=name,
        dataset=dataset,
        model=model,
        optimizer=optimizer,
        learning_rate=0.02,
        momentum=momentum,
        batch_size=batch_size,
        epochs=30 if batch_size is None else 6,
        start_scale=0.3,
        options=OPTIONS[model if dataset == "synthetic" else dataset],
        sweep=sweep,
        why="a small task of each sort",
    )


# 70 examples in batches of 16 leave a last batch of 6
TASKS = (
    task_of("rates-penalties", "linear", "sgd", 0.9, 16, {**RATES, **L2}),
    task_of("folds-batches", "softmax", "adam", 0.0, 16, FOLDS),
    task_of("targets-full", "logistic", "adam", 0.0, None, {"target": FIVE}, "probes"),
    task_of("data-batches", "logistic", "adam", 0.0, 16, {"data": FIVE}, "many_small"),
)


@pytest.fixture(scope="module", params=pairs(TASKS))
def trained(request, pool, without_compiler, case_of):
    task, name = request.param
    return train(pool, without_compiler, case_of(task), name)


class TestSweep(StepsContract):
    cut_short = ("data-batches", "targets-full", "rates-penalties")


# one model at a time has neither penalties nor sample weights
LOOPED = [task for task in TASKS if not {"l2", "fold"} & set(task.sweep)]


@pytest.mark.parametrize("task", LOOPED, ids=lambda task: task.name)
def test_the_reference_of_sweeps_is_the_loop_of_the_reference(task, case_of):
    arrays = case_of(task).arrays
    stacked = numpy_stacked.prepare(task, arrays).run(arrays.start)
    common = {field.name: getattr(task, field.name) for field in fields(Training)}
    for i, rate in enumerate(arrays.learning_rate):
        x = arrays.x if arrays.x.ndim == 2 else arrays.x[i]
        y = arrays.y if arrays.y.ndim == 1 else arrays.y[i]
        one = Training(**{**common, "learning_rate": float(rate)})
        alone = numpy_float64.prepare(one, arrays._replace(x=x, y=y, learning_rate=None)).run(
            arrays.start
        )
        for got, expected in zip(stacked[:3], alone[:3], strict=True):
            np.testing.assert_allclose(got[i], expected, rtol=1e-9, atol=1e-12)
