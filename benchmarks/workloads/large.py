"""Trainings that fill a GPU. In float32 by all, and once more with the products in TF32 by all."""

from dataclasses import replace

from benchmarks.spec import Precision, Task

FULL_BATCH = Task(
    name="million_full_batch",
    dataset="synthetic",
    model="softmax",
    optimizer="sgd",
    # below 2 / curvature, which is about (1 + sqrt(784 / 1e6))^2 / 2
    learning_rate=1.0,
    momentum=0.9,
    epochs=20,
    accelerator=True,
    # the width of MNIST; 3.1 GB, more than any cache
    options={"num_examples": 1_000_000, "num_features": 784, "num_classes": 10},
    why="A million examples in every step: two passes over 3.1 GB, unless one is enough.",
)

BATCHES = replace(
    FULL_BATCH,
    name="million_batches",
    learning_rate=0.1,
    batch_size=8192,
    epochs=1,
    why="One epoch over a million examples, gathered into shuffled batches of 8,192.",
)

PROBES = Task(
    name="probes_large",
    dataset="probes",
    model="logistic",
    optimizer="sgd",
    learning_rate=0.3,  # more than in `probes`, whose loss begins to rise with it after 20 steps
    momentum=0.9,
    epochs=10,
    accelerator=True,
    options={"num_examples": 50_000, "num_features": 784, "num_targets": 1_000},
    sweep={"target": tuple(range(1_000))},
    why="1,000 yes-or-no questions about 50,000 feature vectors: products that fill a GPU.",
)


def tf32(task: Task) -> Task:
    precision: Precision = "tf32"
    return replace(task, name=f"{task.name}_tf32", precision=precision)


IN_FLOAT32 = (FULL_BATCH, BATCHES, PROBES)
TASKS = (*IN_FLOAT32, *map(tf32, IN_FLOAT32))
