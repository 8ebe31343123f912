"""The losses in NumPy: the definition of what every implementation computes.

With scores `z = x @ weights.T + bias`:

    linear    loss = (z - y)^2               d loss / d z = 2 (z - y)
    logistic  loss = log(1 + e^z) - y z      d loss / d z = sigmoid(z) - y
    softmax   loss = log sum e^z - z[y]      d loss / d z = softmax(z) - one_hot(y)

All arrays have a leading axis for the models. `numpy_float64` has the same formulas for one model, written
independently of this file; a test compares the two.
"""

import numpy as np


def scores(x: np.ndarray, weights: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Scores `[models, n, outputs]`, from x `[n, features]` or `[models, n, features]`."""
    models, outputs, features = weights.shape
    if x.ndim == 3:
        return x @ weights.transpose(0, 2, 1) + bias[:, None, :]
    # on a shared x the scores of all models are one wide matrix product
    wide = x @ weights.reshape(-1, features).T
    return wide.reshape(len(x), models, outputs).transpose(1, 0, 2) + bias[:, None, :]


def losses_and_slopes(model: str, z: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Losses `[models, n]`, and their derivatives with respect to the scores, `[models, n, outputs]`.

    Args:
        model: "linear", "logistic" or "softmax".
        z: scores `[models, n, outputs]`.
        y: `[n]` or `[models, n]`.
    """
    if model == "linear":
        error = z[..., 0] - y
        return error**2, 2 * error[..., None]
    if model == "logistic":
        z = z[..., 0]
        # logaddexp(0, z) = log(1 + e^z) and (1 + tanh(z / 2)) / 2 = sigmoid(z), without overflow
        slope = (1 + np.tanh(z / 2)) / 2 - y
        return np.logaddexp(0, z) - y * z, slope[..., None]
    z = z - z.max(axis=-1, keepdims=True)  # leaves the softmax unchanged, and e^z <= 1
    exp = np.exp(z)
    total = exp.sum(axis=-1, keepdims=True)
    label = y[..., None] == np.arange(z.shape[-1])
    return np.log(total[..., 0]) - (label * z).sum(axis=-1), exp / total - label
