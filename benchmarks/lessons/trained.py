"""The result of an implementation on a lesson, and its values of the quantities that tutorials print."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.contract import Case, Outcome, Training
from benchmarks.lessons.goldens import GoldenSeries
from benchmarks.proof.evaluation import evaluate


@dataclass(frozen=True)
class TrainedImplementation:
    """The result of an implementation on a lesson.

    Attributes:
        case: the training with its data.
        outcome: the outcome of all steps.
        outcome_after: trains again for a number of steps, and returns the outcome.
    """

    case: Case[Training]
    outcome: Outcome
    outcome_after: Callable[[int], Outcome]

    @property
    def start(self) -> Outcome:
        """The parameters before the first step."""
        return Outcome(self.case.arrays.weights, self.case.arrays.bias)

    def values(self, series: GoldenSeries) -> list[float | None]:
        """Value of the quantity at each moment of a series; None where it is not reported."""
        steps = self._steps_per_epoch if series.unit == "epoch" else 1
        return [self._value(series.quantity, steps * at) for at in series.at]

    def epoch_losses(self) -> list[float | None]:
        """Mean of the batch losses of each epoch; None where it is not reported."""
        every = self._steps_per_epoch
        return [self._epoch_loss(every * epoch) for epoch in range(1, self.case.task.epochs + 1)]

    @property
    def _steps_per_epoch(self) -> int:
        return self.case.arrays.steps // self.case.task.epochs

    def _value(self, quantity: str, steps: int) -> float | None:
        if quantity == "epoch loss":
            return self._epoch_loss(steps)
        if quantity == "loss" and (loss := self._loss_of_step(steps)) is not None:
            return loss
        outcome = self._after(steps)
        if quantity == "bias":
            return float(outcome.bias[0])
        if quantity.startswith("weight"):
            return float(outcome.weights[0, int(quantity.removeprefix("weight") or 1) - 1])
        data, arrays = self.case.dataset, self.case.arrays
        x, y = (data.x_test, data.y_test) if quantity.startswith("test") else (arrays.x, arrays.y)
        scores = evaluate(self.case.task.model, outcome.weights, outcome.bias, x, y)
        return scores["accuracy" if quantity.endswith("accuracy") else "loss"]

    def _loss_of_step(self, steps: int) -> float | None:
        """The loss after `steps` full-batch steps, if the training itself reported it."""
        losses = self.outcome.losses
        if losses is None or self.case.arrays.plan is not None or steps >= len(losses):
            return None
        return float(losses[steps])

    def _epoch_loss(self, steps: int) -> float | None:
        if self.outcome.losses is None:
            means = self.outcome.epoch_losses
            return None if means is None else float(means[steps // self._steps_per_epoch - 1])
        epoch = slice(steps - self._steps_per_epoch, steps)
        plan = self.case.arrays.plan
        batch_sizes = None if plan is None else (plan[epoch] >= 0).sum(axis=1)
        return float(np.average(self.outcome.losses[epoch], weights=batch_sizes))

    def _after(self, steps: int) -> Outcome:
        if steps == self.case.arrays.steps:
            return self.outcome
        return self.outcome_after(steps) if steps else self.start
