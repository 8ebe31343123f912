"""What is to be done: one class per kind of task, as plain values that a workload file fills in.

How a kind is built, proved, timed and shown is the business of the file in `kinds/` with its name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any, ClassVar, Literal, Self

# Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015), algorithm 1:
#     m <- beta1 m + (1 - beta1) g         v <- beta2 v + (1 - beta2) g^2
#     w <- w - lr * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon),  t = 1, 2, ...
ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON = 0.9, 0.999, 1e-8

Precision = Literal["float32", "tf32"]


@dataclass(frozen=True, kw_only=True)
class Task:
    """What tasks of all kinds have in common.

    Attributes:
        kind: name of the file in `kinds/` that knows how such a task is measured.
        name: unique over all workloads.
        dataset: file name of the data set.
        model: the loss; `formulas.py` defines it.
        why: the reason for the numbers, for the report.
        options: arguments of the data set's `load`.
        precision: of the matrix products of float32 arrays. "tf32" rounds their factors to 10 bits on
            a GPU that can; elsewhere it is "float32".
        accelerator: whether the task is too large for a CPU; then it runs where there is an
            accelerator, or when it is asked for by name.
    """

    kind: ClassVar[str]

    name: str
    dataset: str
    model: Literal["linear", "logistic", "softmax"]
    why: str
    options: Mapping[str, Any] = field(default_factory=dict)
    precision: Precision = "float32"
    accelerator: bool = False

    @property
    def models(self) -> int:
        """How many models are fitted."""
        return 1

    def quick_form(self) -> Self | None:
        """What `--quick` runs of this task, or None if that leaves it out."""
        return None


@dataclass(frozen=True, kw_only=True)
class Training(Task):
    """A fixed number of optimiser steps on one model, the same steps in every implementation.

    Attributes:
        optimizer: "sgd" is `v <- momentum v + g; w <- w - lr v`, "adam" is algorithm 1 of its paper.
        learning_rate: step size.
        epochs: passes over the data; a full-batch epoch is one step.
        momentum: coefficient of "sgd".
        batch_size: examples per step; None means all of them.
        quick_epochs: epochs under `--quick`; None leaves the task out of it.
        start_scale: standard deviation of the normal start of the weights; the bias starts at 0.
        start: weights and bias to start from, broadcast to their shapes, in place of a random start.
        shuffle: whether each epoch has a new order; if not, it is the order of the data.
        seed: of the start and of the batch order.
    """

    kind: ClassVar[str] = "training"

    optimizer: Literal["sgd", "adam"]
    learning_rate: float
    epochs: int
    momentum: float = 0.0
    batch_size: int | None = None
    quick_epochs: int | None = None
    start_scale: float = 0.0
    start: tuple[Any, Any] | None = None
    shuffle: bool = True
    seed: int = 0

    def quick_form(self) -> Self | None:
        return None if self.quick_epochs is None else replace(self, epochs=self.quick_epochs)


@dataclass(frozen=True, kw_only=True)
class Sweep(Training):
    """Many trainings at once, one for each combination of the swept values.

    Attributes:
        sweep: values by name; the last name varies fastest. "learning_rate" and "l2" (the penalty
            `l2 / 2 * sum(weights ** 2)`) are hyperparameters; "fold" 0 to k - 1 leaves out every k-th
            example; "target" and "data" are the first axis of the data set's y, and of its x and y.
    """

    kind: ClassVar[str] = "sweep"

    sweep: Mapping[str, tuple[float, ...]]

    @property
    def models(self) -> int:
        return prod(map(len, self.sweep.values()))


@dataclass(frozen=True, kw_only=True)
class Solve(Task):
    """The minimum of a convex objective, by any method, from zero:

        minimise over W, b:   mean_i loss(x_i W' + b, y_i) + l2/2 |W|^2 + l1 |W|_1

    Attributes:
        required_gap: the relative gap `(loss - minimum) / minimum` that verdicts are about.
        l2: penalty `l2 / 2 * sum(weights ** 2)`; the bias is never penalised.
        l1: penalty `l1 * sum(abs(weights))`.
        quick: whether the task is part of `--quick`; for small embedded data.
        sweep: values by name; a model is solved for each combination, the last name varying fastest.
            "l2" is the penalty; "fold" 0 to k - 1 leaves out every k-th example; "target" is the first
            axis of the data set's y. Empty for one model.
    """

    kind: ClassVar[str] = "solve"

    required_gap: float
    l2: float = 0.0
    l1: float = 0.0
    quick: bool = False
    sweep: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    @property
    def models(self) -> int:
        return prod(map(len, self.sweep.values()))

    def quick_form(self) -> Self | None:
        """All of it, with less patience."""
        return self if self.quick else None
