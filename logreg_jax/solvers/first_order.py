"""Any optax optimiser as a solver."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import jax
import optax
from jax.tree_util import Partial
from jaxtyping import Scalar

from .._checks.optimizers import check_optimizer, explain_optimizer
from .._types import Batch, Hyperparameter, Objective, Params, PyTree


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Optax:
    """Gradient descent with an optax optimiser.

    The optimiser is rebuilt from its hyperparameters while tracing, so that these are leaves: a new
    learning rate does not recompile, an array of them can be vmapped. Use always Python floats or
    always arrays: a change between them compiles once, because JAX types them differently (weakly).

    Attributes:
        learning_rate: step size, a scalar; or a schedule of optax, a function of the number of steps
            taken. A schedule is static and compared by identity, as `make` is. One whose numbers are
            leaves is `jax.tree_util.Partial(schedule, *numbers)`.
        make: `make(learning_rate, **hyperparameters) -> optax.GradientTransformation`, such as
            `optax.sgd` or `optax.adam`. It is static and compared by identity: pass a named
            function, since a new `lambda` or `partial` on every call compiles every time.
        hyperparameters: further numbers for `make` by name, such as `{"momentum": 0.9}`; leaves
            as well. Switches such as `nesterov` are not numbers: set them in a function of your own.
    """

    learning_rate: Hyperparameter
    make: Callable[..., optax.GradientTransformation] = field(metadata={"static": True})
    hyperparameters: Mapping[str, Hyperparameter] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if callable(self.learning_rate) and not isinstance(self.learning_rate, Partial):
            # A function is no leaf; as a `Partial` it is a pytree without leaves.
            object.__setattr__(self, "learning_rate", Partial(self.learning_rate))

    def _optimizer(self) -> optax.GradientTransformationExtraArgs:
        check_optimizer(self.make, self.learning_rate, self.hyperparameters)
        try:
            optimizer = self.make(self.learning_rate, **self.hyperparameters)
            return optax.with_extra_args_support(optimizer)
        except Exception as error:
            raise explain_optimizer(self.make, self.hyperparameters, error) from error

    def init(self, params: Params) -> PyTree:
        """The optimiser's own state for `params`."""
        return self._optimizer().init(params)

    def step(
        self, objective: Objective, params: Params, state: PyTree, batch: Batch
    ) -> tuple[Params, PyTree, Scalar]:
        """One update along the optimiser's direction; returns the loss before it."""

        def value_of(params: Params) -> Scalar:
            return objective(params, batch)

        value, gradient = jax.value_and_grad(value_of)(params)
        # Line-search and Polyak optimisers need more than the gradient; the others ignore it.
        updates, state = self._optimizer().update(
            gradient, state, params, value=value, grad=gradient, value_fn=value_of
        )
        return optax.apply_updates(params, updates), state, value
