"""Any optax optimiser as a solver."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jax
import optax
from jaxtyping import Scalar

from .._types import Batch, Hyperparameter, Objective, Params


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Optax:
    """Gradient descent with an optax optimiser.

    The optimiser is rebuilt from its hyperparameters while tracing, so that these are leaves: a new
    learning rate does not recompile, an array of them can be vmapped. Keep one kind, Python float
    or array: changing over costs one compilation, because the two differ in JAX's weak typing.

    Attributes:
        learning_rate: step size, a scalar.
        make: `make(learning_rate, **hyperparameters) -> optax.GradientTransformation`, such as
            `optax.sgd` or `optax.adam`. It is static and compared by identity: pass a named
            function, since a new `lambda` or `partial` on every call compiles every time.
        hyperparameters: further numbers for `make` by name, such as `{"momentum": 0.9}`; leaves
            as well. Switches such as `nesterov` are not numbers: put them into a function of
            your own.
    """

    learning_rate: Hyperparameter
    make: Callable[..., optax.GradientTransformation] = field(metadata={"static": True})
    hyperparameters: Mapping[str, Hyperparameter] = field(default_factory=dict)

    def _optimizer(self) -> optax.GradientTransformationExtraArgs:
        optimizer = self.make(self.learning_rate, **self.hyperparameters)
        return optax.with_extra_args_support(optimizer)

    def init(self, params: Params) -> Any:
        """The optimiser's own state for `params`."""
        return self._optimizer().init(params)

    def step(
        self, objective: Objective, params: Params, state: Any, batch: Batch
    ) -> tuple[Params, Any, Scalar]:
        """One update along the optimiser's direction; returns the loss before it."""

        def value_of(params: Params) -> Scalar:
            return objective(params, batch)

        value, gradient = jax.value_and_grad(value_of)(params)
        # Line-search and Polyak optimisers ask for more than the gradient; the others ignore it.
        updates, state = self._optimizer().update(
            gradient, state, params, value=value, grad=gradient, value_fn=value_of
        )
        return optax.apply_updates(params, updates), state, value


EXAMPLES = (
    Optax(0.1, optax.sgd),
    Optax(0.1, optax.sgd, {"momentum": 0.9}),
    Optax(0.01, optax.adam),
)
