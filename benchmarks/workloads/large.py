"""Work for a GPU: trainings with matrix products in float32 and in TF32, and a solve with many classes."""

from dataclasses import replace

from benchmarks.contract import Solve, Sweep, Training

FULL_BATCH = Training(
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
    why="A million examples in every step: two passes over 3.1 GB, or one if it is fused.",
)

BATCHES = replace(
    FULL_BATCH,
    name="million_batches",
    learning_rate=0.1,
    batch_size=8192,
    epochs=1,
    why="One epoch over a million examples, gathered into shuffled batches of 8,192.",
)

PROBES = Sweep(
    name="probes_large",
    dataset="probes",
    model="logistic",
    optimizer="sgd",
    learning_rate=0.3,  # not 0.1 as in `probes`, whose loss rises after 20 steps with 0.3
    momentum=0.9,
    epochs=10,
    accelerator=True,
    options={"num_examples": 50_000, "num_features": 784, "num_targets": 1_000},
    sweep={"target": tuple(range(1_000))},
    why="1,000 yes-or-no questions about 50,000 feature vectors: products that fill a GPU.",
)


CLASSES = Solve(
    name="thousand_classes",
    dataset="synthetic",
    model="softmax",
    options={"num_examples": 200_000, "num_features": 768, "num_classes": 1_000},
    l2=1e-3,
    required_gap=1e-4,
    accelerator=True,
    why="A linear probe as on ImageNet: scores of a thousand classes, 800 MB for 200,000 examples.",
)

IN_FLOAT32 = (FULL_BATCH, BATCHES, PROBES)
IN_TF32 = tuple(replace(task, name=f"{task.name}_tf32", precision="tf32") for task in IN_FLOAT32)
TASKS = (*IN_FLOAT32, *IN_TF32, CLASSES)
