"""The arrays of a task, the same for every implementation and read-only."""

from typing import NamedTuple

import numpy as np


class Arrays(NamedTuple):
    """Examples, start and batch order.

    Attributes:
        x: float32 `[examples, features]`, C order; in a sweep also `[models, examples, features]`.
        y: float32 or int32 `[examples]`; of many models also `[models, examples]`.
        weights: the start, float32 `[outputs, features]`.
        bias: the start, float32 `[outputs]`.
        plan: int32 `[steps, batch]`, the examples of each step; -1 is padding in the last, shorter
            batch of an epoch. None when every step sees all examples.
        steps: number of steps; 0 for a solve, which ends by itself.
        learning_rate: of each model of a sweep, float32 `[models]`; None for one model or a solve.
        l2: of each of many models, float32 `[models]`; None where none is penalised, or for one.
        sample_weight: of each model, float32 `[models, examples]`; None if all are equal.
    """

    x: np.ndarray
    y: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    plan: np.ndarray | None
    steps: int
    learning_rate: np.ndarray | None = None
    l2: np.ndarray | None = None
    sample_weight: np.ndarray | None = None

    def first(self, steps: int) -> "Arrays":
        """The same arrays, stopped after `steps` steps."""
        plan = None if self.plan is None else self.plan[:steps]
        return self._replace(plan=plan, steps=min(steps, self.steps))

    def batches(self) -> list[np.ndarray]:
        """The rows of the plan without their padding, for loaders that take short batches."""
        assert self.plan is not None, "full-batch steps have no batches"
        return [row[row >= 0] for row in self.plan]

    def examples_seen(self) -> int:
        """Examples that all steps of all models together process."""
        models = 1 if self.learning_rate is None else len(self.learning_rate)
        seen = self.x.shape[-2] * self.steps if self.plan is None else int((self.plan >= 0).sum())
        return models * seen
