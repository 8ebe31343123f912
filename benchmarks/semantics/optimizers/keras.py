"""The optimisers and losses of Keras."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np

from benchmarks.semantics.questions import CLASSES, ERRORS, Settings

LIBRARY = "keras"

_ADAM = ("learning_rate", "beta1", "beta2", "epsilon", "weight_decay")
OPTIMIZERS = {
    "sgd": ("learning_rate", "momentum", "nesterov", "weight_decay"),
    "adam": _ADAM,
    "adamw": _ADAM,
}
_CLASSES = {
    "sgd": keras.optimizers.SGD,
    "adam": keras.optimizers.Adam,
    "adamw": keras.optimizers.AdamW,
}
_ITS_NAMES = {"beta1": "beta_1", "beta2": "beta_2"}


def final(
    optimizer: str,
    settings: Settings,
    start: float,
    gradients: Sequence[float],
    rates: Sequence[float],
) -> float:
    given = {_ITS_NAMES.get(name, name): value for name, value in settings.items()}
    updates: Any = _CLASSES[optimizer](**given)
    parameter = keras.Variable(np.float32(start))
    updates.build([parameter])
    for step, gradient in enumerate(gradients):
        if rates:
            updates.learning_rate = rates[step]
        updates.apply([keras.ops.convert_to_tensor(np.float32(gradient))], [parameter])
    return float(keras.ops.convert_to_numpy(parameter.value))


def losses() -> Mapping[str, tuple[str, Any]]:
    errors, n = np.asarray(ERRORS, np.float32)[:, None], len(ERRORS)
    zeros, labels = np.zeros((n, 1), np.float32), np.zeros(n, np.int32)
    scores = np.zeros((n, CLASSES), np.float32)
    found: dict[str, tuple[str, Any]] = {
        "MeanSquaredError": ("linear", keras.losses.MeanSquaredError()(errors, zeros)),
        "BinaryCrossentropy": (
            "logistic",
            keras.losses.BinaryCrossentropy(from_logits=True)(zeros + 1, zeros),
        ),
        "SparseCategoricalCrossentropy": (
            "softmax",
            keras.losses.SparseCategoricalCrossentropy(from_logits=True)(labels, scores),
        ),
    }
    return {
        name: (model, keras.ops.convert_to_numpy(value).tolist())
        for name, (model, value) in found.items()
    }
