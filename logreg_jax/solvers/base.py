"""What a solver is."""

from typing import Any, Protocol, runtime_checkable

from jaxtyping import Scalar

from .._types import Batch, Objective, Params


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
