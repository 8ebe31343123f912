"""The optimisers and losses of optax."""

from collections.abc import Mapping, Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np
import optax

from benchmarks.semantics.questions import CLASSES, ERRORS, Settings

LIBRARY = "optax"

_ADAM = ("learning_rate", "beta1", "beta2", "epsilon")
OPTIMIZERS = {
    "sgd": ("learning_rate", "momentum", "nesterov"),
    "adam": _ADAM,
    "adamw": (*_ADAM, "weight_decay"),
}
_ITS_NAMES = {"beta1": "b1", "beta2": "b2", "epsilon": "eps"}


def final(
    optimizer: str,
    settings: Settings,
    start: float,
    gradients: Sequence[float],
    rates: Sequence[float],
) -> float:
    given: dict[str, Any] = {_ITS_NAMES.get(name, name): v for name, v in settings.items()}
    if rates:
        given["learning_rate"] = lambda count: jnp.asarray(rates)[count]
    transformation = getattr(optax, optimizer)(**given)
    params = jnp.asarray(start, jnp.float32)
    state = transformation.init(params)
    for gradient in gradients:
        updates, state = transformation.update(jnp.asarray(gradient, jnp.float32), state, params)
        params = optax.apply_updates(params, updates)
    return float(params)


def losses() -> Mapping[str, tuple[str, Any]]:
    errors, n = jnp.asarray(ERRORS), len(ERRORS)
    found = {
        "squared_error": ("linear", optax.squared_error(errors, jnp.zeros(n))),
        "l2_loss": ("linear", optax.l2_loss(errors, jnp.zeros(n))),
        "sigmoid_binary_cross_entropy": (
            "logistic",
            optax.sigmoid_binary_cross_entropy(jnp.zeros(n), jnp.ones(n)),
        ),
        "softmax_cross_entropy_with_integer_labels": (
            "softmax",
            optax.softmax_cross_entropy_with_integer_labels(
                jnp.zeros((n, CLASSES)), jnp.zeros(n, jnp.int32)
            ),
        ),
    }
    return {name: (model, np.asarray(value).tolist()) for name, (model, value) in found.items()}
