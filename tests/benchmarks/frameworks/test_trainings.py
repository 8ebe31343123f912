"""The contract of a training. Every implementation for trainings in `benchmarks/frameworks` is held to it.

Each runs in its own worker process, as it does in a benchmark.
"""

import pytest

from benchmarks.contract import Training
from tests.benchmarks.frameworks.steps import StepsContract, pairs, train

CLASSES = {"linear": None, "logistic": 2, "softmax": 4}


def task_of(model, optimizer, momentum, batch_size):
    return Training(
        name=f"{model}-{optimizer}{momentum or ''}-{batch_size or 'full'}",
        dataset="synthetic",
        model=model,
        optimizer=optimizer,
        learning_rate=0.02,
        momentum=momentum,
        batch_size=batch_size,
        epochs=30 if batch_size is None else 6,
        start_scale=0.3,
        options={"num_examples": 70, "num_features": 6, "num_classes": CLASSES[model]},
        why="a small task of each sort",
    )


# 70 examples in batches of 16 leave a last batch of 6
TASKS = (
    task_of("linear", "sgd", 0.0, None),
    task_of("logistic", "sgd", 0.9, 16),
    task_of("softmax", "adam", 0.0, 16),
)


@pytest.fixture(scope="module", params=pairs(TASKS))
def trained(request, pool, without_compiler, case_of):
    task, name = request.param
    return train(pool, without_compiler, case_of(task), name)


class TestTraining(StepsContract):
    cut_short = ("softmax-adam-16",)
