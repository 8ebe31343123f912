"""Tasks away from the shapes that this library was tuned on: nothing in it may be chosen by their times.

Most differ in one number from a task that it was tuned on: ten times the steps, three times the features,
four times the batch. A lead here does not come from a constant.
"""

from dataclasses import replace

from benchmarks.contract import Training
from benchmarks.workloads import training

TUNED_ON = {task.name: task for task in training.TASKS}

TASKS = (
    replace(
        TUNED_ON["digits_adam"],
        name="digits_adam_long",
        epochs=200,
        quick_epochs=None,
        held_out=True,
        why="Ten times the steps of `digits_adam`: what a call costs once counts a tenth as much.",
    ),
    replace(
        TUNED_ON["synthetic_wide"],
        name="synthetic_wider",
        options={"num_examples": 20_000, "num_features": 3_000, "num_classes": 10},
        held_out=True,
        why="Three times the features of `synthetic_wide`: 240 MB, far from every cache.",
    ),
    replace(
        TUNED_ON["mnist_adam_epoch"],
        name="mnist_adam_large_batches",
        batch_size=400,
        held_out=True,
        why="Batches four times as large as in `mnist_adam_epoch`: larger products, fewer steps.",
    ),
    Training(
        name="million_rows",
        dataset="synthetic",
        model="logistic",
        optimizer="sgd",
        learning_rate=0.1,
        momentum=0.9,
        batch_size=1_000,
        epochs=1,
        start_scale=0.05,
        options={"num_examples": 1_000_000, "num_features": 100},
        held_out=True,
        why="One pass in minibatches over a million rows, 400 MB: gathering rows takes the time.",
    ),
)
