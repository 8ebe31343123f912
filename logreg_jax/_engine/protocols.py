"""What a solver is: for training on batches, and for solving on all examples."""

from typing import Protocol, runtime_checkable

from jaxtyping import Scalar

from .._types import Batch, Model, Objective, Params, PyTree
from .problem import Point, Problem


@runtime_checkable
class Solver(Protocol):
    """A solver that trains on batches: two functions, with the objective as an argument.

    A solver is a pytree: its hyperparameters are leaves (a new value compiles nothing and can be
    vmapped), its functions are static. The state holds everything that one step hands to the next.
    """

    def init(self, params: Params) -> PyTree:
        """The state before the first step.

        Args:
            params: weights `[outputs, features]`, bias `[outputs]`.

        Returns:
            A pytree of arrays.
        """
        ...

    def step(
        self, objective: Objective, params: Params, state: PyTree, batch: Batch
    ) -> tuple[Params, PyTree, Scalar]:
        """One step.

        Args:
            objective: scalar function of parameters and batch.
            params: weights `[outputs, features]`, bias `[outputs]`.
            state: from `init` or the previous step.
            batch: the examples of this step.

        Returns:
            New parameters, new state, and `objective(params, batch)` before the step.
        """
        ...


@runtime_checkable
class FullBatchSolver(Protocol):
    """A solver that sees the structure of the problem: linear scores, a loss per score, penalties.

    `solve` takes it; it is a pytree, too. A point carries the scores of all examples and the
    gradient, so that the solver decides which passes over x a step needs.
    """

    def unsupported(self, model: Model) -> str | None:
        """The reason why this solver cannot minimise this model's objective, or None.

        Args:
            model: the model with its penalties, which may be traced.

        Returns:
            A clause for an error message, or None.
        """
        ...

    def init(self, problem: Problem, params: Params) -> PyTree:
        """The state before the first step.

        Args:
            problem: model, data and passes over x.
            params: the start that was asked for. The first step may begin elsewhere: a start whose loss
                is larger than that of zero parameters is replaced by these. Do not compute the state
                from it; let the first `iterate` do so, from its point.

        Returns:
            A pytree of arrays.
        """
        ...

    def warm_start(self, problem: Problem, params: Params, state: PyTree) -> PyTree:
        """The state before the first step with new penalties on the same data.

        Args:
            problem: with the new penalties.
            params: as in `init`.
            state: the last state with the previous penalties. On a path it saves computing again
                what does not depend on penalties.

        Returns:
            A pytree like `state`.
        """
        ...

    def iterate(
        self, problem: Problem, point: Point, state: PyTree
    ) -> tuple[Point, PyTree, Scalar]:
        """One step.

        Args:
            problem: model, data and passes over x.
            point: where the step starts.
            state: from `init`, `warm_start` or the previous step.

        Returns:
            The new point, the new state, and this solver's own estimate of how far the objective at
            the OLD point was above its minimum. The estimate ends a solve only if no bound exists.
        """
        ...
