"""The read-only arrays of a task, the same for every implementation."""

from typing import NamedTuple

import numpy as np


class Start(NamedTuple):
    """Parameters that a training starts from.

    Attributes:
        weights: float32 `[outputs, features]`.
        bias: float32 `[outputs]`.
    """

    weights: np.ndarray
    bias: np.ndarray


class Arrays(NamedTuple):
    """Examples, initial parameters and batch order.

    What is float32 here is float64 for a task of that precision, except for sample weights, 0 and 1.

    Attributes:
        x: float32 `[examples, features]`, C order, or `[models, examples, features]` where each model
            of a sweep has its own data.
        y: float32 or int32 `[examples]`, or `[models, examples]` where each model has its own targets.
        weights: initial weights, float32 `[outputs, features]`.
        bias: initial bias, float32 `[outputs]`.
        plan: int32 `[steps, batch]`, the examples of each step; -1 is padding in the last, shorter
            batch of an epoch. None when every step sees all examples.
        steps: number of steps; 0 for a solve, which ends by itself.
        learning_rate: learning rates of a sweep, float32 `[models]`; None for one model or a solve.
        l2: penalties of many models, float32 `[models]`; None for one model, or if none is penalised.
        l1: l1 penalties of many solves, float32 `[models]`, strongest first; None if it is the task's.
        sample_weight: sample weights of many models, float32 `[models, examples]`; None if all are equal.
    """

    x: np.ndarray
    y: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    plan: np.ndarray | None
    steps: int
    learning_rate: np.ndarray | None = None
    l2: np.ndarray | None = None
    l1: np.ndarray | None = None
    sample_weight: np.ndarray | None = None

    @property
    def start(self) -> Start:
        """The initial weights and bias."""
        return Start(self.weights, self.bias)

    @property
    def models(self) -> int:
        """Number of models that are fitted; 1 unless the task sweeps over values."""
        per_model = self.l2 if self.learning_rate is None else self.learning_rate
        return 1 if per_model is None else len(per_model)

    @property
    def has_padding(self) -> bool:
        """Whether the last batch of an epoch is shorter; only then does a batch mean need weights."""
        return self.plan is not None and bool((self.plan < 0).any())

    def first(self, steps: int) -> "Arrays":
        """The same arrays, stopped after `steps` steps."""
        plan = None if self.plan is None else self.plan[:steps]
        return self._replace(plan=plan, steps=min(steps, self.steps))

    def in_order(self, order: int) -> "Arrays":
        """The same steps with the examples of each in another order, which rounding alone can tell.

        Args:
            order: number of the order; 0 is the one that the arrays have.
        """
        if order == 0:
            return self
        rng = np.random.default_rng(order)
        if self.plan is not None:
            return self._replace(plan=rng.permuted(self.plan, axis=1))
        new = rng.permutation(self.x.shape[-2])
        weight = None if self.sample_weight is None else self.sample_weight[:, new]
        return self._replace(x=self.x[..., new, :], y=self.y[..., new], sample_weight=weight)

    def batches(self) -> list[np.ndarray]:
        """Rows of the plan without padding, for loaders that accept a shorter last batch."""
        assert self.plan is not None, "full-batch steps have no batches"
        return [row[row >= 0] for row in self.plan]

    def examples_seen(self) -> int:
        """Number of examples that all steps of all models process together."""
        seen = self.x.shape[-2] * self.steps if self.plan is None else int((self.plan >= 0).sum())
        return self.models * seen
