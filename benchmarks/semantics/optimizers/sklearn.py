"""The SGD of scikit-learn, which computes its gradients itself, one example at a time."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.linear_model import SGDRegressor

from benchmarks.semantics.questions import ERRORS, Settings

LIBRARY = "scikit-learn"

OPTIMIZERS = {"sgd": ("learning_rate", "weight_decay")}
_ITS_NAMES = {"learning_rate": "eta0", "weight_decay": "alpha"}
_ONE = np.ones((1, 1))


def final(
    optimizer: str,
    settings: Settings,
    start: float,
    gradients: Sequence[float],
    rates: Sequence[float],
) -> float:
    given = {_ITS_NAMES[name]: value for name, value in settings.items()}
    model = SGDRegressor(fit_intercept=False, shuffle=False, max_iter=1, tol=None, **given)
    weight = start
    for step, gradient in enumerate(gradients):
        if rates:
            model.set_params(eta0=rates[step])
        # on the example x = 1 the gradient of (w x - y)^2 / 2 is w - y
        target = np.array([weight - gradient])
        if step == 0:
            model.fit(_ONE, target, coef_init=np.array([weight]))
        else:
            model.partial_fit(_ONE, target)
        weight = float(model.coef_[0])
    return weight


def losses() -> Mapping[str, tuple[str, Any]]:
    # with a learning rate of 1 a step from zero is the slope, and a square's slope times half its error
    # is its value
    settings = {"learning_rate": 1.0, "weight_decay": 0.0}
    values = []
    for error in ERRORS:
        slope = final("sgd", settings, 0.0, (-error,), ())
        values.append(slope * error / 2)
    return {"SGDRegressor": ("linear", values)}
