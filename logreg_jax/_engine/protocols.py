"""What a solver is: for training on batches, and for solving on all examples."""

from typing import Any, Protocol, runtime_checkable

import jax
import numpy as np
from jaxtyping import Scalar

from .._problem import Point, Problem
from .._types import Batch, Objective, Params
from ..models import Model


@runtime_checkable
class Solver(Protocol):
    """Two functions and nothing else; the objective is an argument.

    A solver is a pytree: its hyperparameters are leaves (a new value compiles nothing and can be
    vmapped), its functions are static. Everything that one step hands to the next is in the state.
    """

    def init(self, params: Params) -> Any:
        """The state before the first step."""
        ...

    def step(
        self, objective: Objective, params: Params, state: Any, batch: Batch
    ) -> tuple[Params, Any, Scalar]:
        """One step: new parameters, new state, and `objective(params, batch)` before the step."""
        ...


@runtime_checkable
class FullBatchSolver(Protocol):
    """A solver that sees the structure of the problem: linear scores, a loss per score, penalties.

    It is what `solve` takes, a pytree as well. A point carries the scores
    of all examples and the gradient, so that a step can say which passes over x it needs.
    """

    def unsuited(self, model: Model) -> str | None:
        """Why this solver cannot minimise this model's objective, or None."""
        ...

    def init(self, problem: Problem, params: Params) -> Any:
        """The state before the first step."""
        ...

    def renew(self, problem: Problem, params: Params, state: Any) -> Any:
        """The state before the first step with other penalties on the same data.

        `state` is the last one with the penalties before. On a path it saves what does not depend on
        them.
        """
        ...

    def iterate(self, problem: Problem, point: Point, state: Any) -> tuple[Point, Any, Scalar]:
        """One step: new point, new state, and how far the OLD point was from the minimum.

        The distance is this solver's own estimate, from its model of the objective. It decides when
        to stop only where no bound exists.
        """
        ...


def has_l1(model: Model) -> bool:
    """Whether the model certainly has an l1 penalty; under a transformation it cannot be known."""
    return not isinstance(model.l1, jax.core.Tracer) and bool(np.any(np.asarray(model.l1) > 0))
