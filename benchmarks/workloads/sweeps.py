"""Many models at once: sweeps that are often run in a loop, one training after another."""

import numpy as np

from benchmarks.contract import Sweep

TASKS = (
    Sweep(
        name="sweep_learning_rate",
        dataset="mnist",
        model="softmax",
        # an optimizer whose learning rate has to be searched
        optimizer="sgd",
        learning_rate=0.1,  # the middle of the sweep
        batch_size=256,
        epochs=1,
        start_scale=0.05,
        # from far too slow to the edge of too fast, 64 steps of 8%
        sweep={"learning_rate": tuple(np.geomspace(0.01, 1.0, 64).tolist())},
        why="64 learning rates on MNIST: one wide matrix product, if it is written that way.",
    ),
    Sweep(
        name="sweep_folds",
        dataset="digits",
        model="softmax",
        optimizer="adam",
        learning_rate=0.05,
        epochs=50,
        start_scale=0.05,
        # the usual five folds; penalties from a negligible one to one that dominates
        sweep={"fold": tuple(range(5)), "l2": tuple(np.geomspace(1e-5, 1e0, 20).tolist())},
        why="Cross-validation of a penalty: 5 folds x 20 strengths on one resident data set.",
    ),
    Sweep(
        name="probes",
        dataset="probes",
        model="logistic",
        optimizer="sgd",
        learning_rate=0.1,  # the largest of 0.1, 0.2, 0.3 and 1 with which no loss rises in 30 steps
        momentum=0.9,
        epochs=30,
        sweep={"target": tuple(range(1_000))},
        why="1,000 yes-or-no questions about the same 2,000 feature vectors.",
    ),
    Sweep(
        name="many_small",
        dataset="many_small",
        model="logistic",
        optimizer="sgd",
        learning_rate=0.5,
        momentum=0.9,
        epochs=100,
        quick_epochs=10,
        sweep={"data": tuple(range(1_000))},
        why="1,000 data sets of 200 x 20, each with a model of its own: overhead, unless it is shared.",
    ),
)
