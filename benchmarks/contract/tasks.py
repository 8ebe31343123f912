"""Tasks: one class per kind, with the values that a workload file fills in.

The file in `kinds/` with the name of the kind builds, proves, times and shows its tasks.
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
    """The fields that tasks of all kinds have.

    Attributes:
        kind: name of the file in `kinds/` that measures such tasks.
        name: name of the task, unique over all workloads.
        dataset: file name of the data set.
        model: the loss, defined in `formulas.py`.
        why: the reason for the task's numbers, for the report.
        options: arguments of the data set's `load`.
        precision: what the task is computed in. "tf32" rounds the factors of products to 10 bits on a
            GPU that can; elsewhere it is "float32". "float64", for solves only, has arrays of it, too.
        accelerator: whether the task is too large for a CPU. It then runs only where there is an
            accelerator, or when it is asked for by name.
        held_out: whether no constant of the library may be chosen by its times. It runs when it is asked
            for by name.
    """

    kind: ClassVar[str]

    name: str
    dataset: str
    model: Literal["linear", "logistic", "softmax"]
    why: str
    options: Mapping[str, Any] = field(default_factory=dict)
    precision: Precision | Literal["float64"] = "float32"
    accelerator: bool = False
    held_out: bool = False

    @property
    def models(self) -> int:
        """Number of models that are fitted."""
        return 1

    @property
    def requirement(self) -> str:
        """What a result has to reach, in words; empty if the work is fixed instead."""
        return ""

    def quick_form(self) -> Self | None:
        """The form of this task under `--quick`, or None if `--quick` leaves it out."""
        return None


class _Swept:
    """A task that fits one model for each combination of the values in `sweep`."""

    sweep: Mapping[str, tuple[float, ...]]

    @property
    def models(self) -> int:
        """Number of models that are fitted."""
        return prod(map(len, self.sweep.values()))


@dataclass(frozen=True, kw_only=True)
class Training(Task):
    """A fixed number of optimiser steps on one model, the same steps in every implementation.

    Attributes:
        optimizer: "sgd" is `v <- momentum v + g; w <- w - lr v`, "adam" is algorithm 1 of its paper.
        learning_rate: step size.
        epochs: passes over the data; a full-batch epoch is one step.
        momentum: coefficient of "sgd".
        batch_size: examples per step; None means all of them.
        quick_epochs: epochs under `--quick`; None if `--quick` leaves the task out.
        start_scale: standard deviation of the normal distribution from which the initial weights are
            drawn; the initial bias is 0.
        start: initial weights and bias, broadcast to their shapes, in place of random ones.
        shuffle: whether each epoch has a new order; otherwise it is the order of the data.
        seed: seed of the initial weights and of the batch order.
    """

    kind: ClassVar[str] = "training"

    precision: Precision = "float32"
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
class Sweep(_Swept, Training):
    """Many trainings at once, one for each combination of the swept values.

    Attributes:
        sweep: values by name; the last name varies fastest. "learning_rate" and "l2" (the penalty
            `l2 / 2 * sum(weights ** 2)`) are hyperparameters. "fold", 0 to k - 1, leaves out every
            k-th example. "target" indexes the first axis of the data set's y, "data" that of its x and y.
    """

    kind: ClassVar[str] = "sweep"

    sweep: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True, kw_only=True)
class Solve(_Swept, Task):
    """The minimum of a convex objective, by any method, from zero:

        minimise over W, b:   mean_i loss(x_i W' + b, y_i) + l2/2 |W|^2 + l1 |W|_1

    Attributes:
        required_gap: the relative gap `(loss - minimum) / minimum` that a row has to reach.
        l2: penalty `l2 / 2 * sum(weights ** 2)`; the bias is never penalised.
        l1: penalty `l1 * sum(abs(weights))`.
        quick: whether `--quick` includes the task.
        sweep: values by name; a model is solved for each combination, the last name varying fastest.
            "l2" and "l1" are these penalties; l1 begins with the strongest, and the field `l1` is the last
            one. "fold", 0 to k - 1, leaves out every k-th example, and "target" indexes the first axis of
            the data set's y. Empty for one model.
    """

    kind: ClassVar[str] = "solve"

    required_gap: float
    l2: float = 0.0
    l1: float = 0.0
    quick: bool = False
    sweep: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    @property
    def requirement(self) -> str:
        return f"required gap {self.required_gap:.0e}"

    def quick_form(self) -> Self | None:
        """The same task; only the time limits are shorter."""
        return self if self.quick else None
