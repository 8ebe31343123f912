"""The figures of a lesson, and how a trained implementation is asked for them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks import parity
from benchmarks.spec import Dataset, Outcome, Problem, Task


@dataclass(frozen=True)
class Figure:
    """One quantity at several moments, as the tutorial printed it.

    Attributes:
        quantity: "loss" is that of all training examples; "epoch loss" the mean of the batch losses
            of the epoch that ends then; further "weight", "weight 1", "bias", "train accuracy" and
            "test accuracy".
        unit: what `at` counts, "step" or "epoch".
        at: steps or epochs that are done at each moment; 0 is the start.
        printed: what the tutorial printed, None where it did not.
        tolerance: how far a value may be from the printed one, times the printed one where that is
            above 1; None where the distance says nothing.
        exact: whether start and order are the tutorial's, so that the digits must be, too.
    """

    quantity: str
    unit: str
    at: tuple[int, ...]
    printed: tuple[float | None, ...]
    tolerance: float | None
    exact: bool

    def allowed(self, printed: float) -> float:
        """How far a value may be from `printed`."""
        return self.tolerance * max(1.0, abs(printed))


@dataclass(frozen=True)
class Run:
    """A trained implementation that can be asked for the figures of its lesson."""

    task: Task
    dataset: Dataset
    problem: Problem
    outcome: Outcome
    rehearse: Callable[[int], Outcome]

    def values(self, figure: Figure) -> list[float | None]:
        """The figure at each of its moments."""
        per_epoch = self.problem.steps // self.task.epochs
        scale = per_epoch if figure.unit == "epoch" else 1
        return [self._value(figure.quantity, scale * at) for at in figure.at]

    def _value(self, quantity: str, steps: int) -> float | None:
        if quantity == "epoch loss":
            return self._epoch_loss(steps)
        known = self.outcome.losses
        if (
            quantity == "loss"
            and known is not None
            and self.problem.plan is None
            and steps < len(known)
        ):
            return float(known[steps])
        at = self._after(steps)
        if quantity == "bias":
            return float(at.bias[0])
        if quantity.startswith("weight"):
            return float(at.weights[0, int(quantity.removeprefix("weight") or 1) - 1])
        if quantity.startswith("test"):
            return parity.evaluate(self.task, at, self.dataset.x_test, self.dataset.y_test)[
                "accuracy"
            ]
        scores = parity.evaluate(self.task, at, self.problem.x, self.problem.y)
        return scores["accuracy" if quantity == "train accuracy" else "loss"]

    def _epoch_loss(self, steps: int) -> float | None:
        per_epoch = self.problem.steps // self.task.epochs
        if self.outcome.losses is None:
            means = self.outcome.epoch_losses
            return None if means is None else float(means[steps // per_epoch - 1])
        rows = slice(steps - per_epoch, steps)
        weights = None if self.problem.plan is None else (self.problem.plan[rows] >= 0).sum(axis=1)
        return float(np.average(self.outcome.losses[rows], weights=weights))

    def _after(self, steps: int) -> Outcome:
        if steps == self.problem.steps:
            return self.outcome
        if steps == 0:
            return Outcome(self.problem.weights, self.problem.bias, None)
        return self.rehearse(steps)
