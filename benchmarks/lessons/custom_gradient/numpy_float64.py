"""NumPy: a gradient written by hand, with the lesson's mistake."""

import numpy as np

from benchmarks.contract import Arrays, Outcome, Runner, Start, Training
from benchmarks.lessons.custom_gradient._scope import unsupported as unsupported

LIBRARY = "numpy"
KIND = "training"


def cross_entropy(z: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    """Mean binary cross-entropy of scores z and labels y, `[n]`, and its derivative with a mistake."""
    loss = float(np.mean(np.logaddexp(0, z) - y * z))
    # The derivative of the SUM: the mean's is this / n.
    return loss, (1 + np.tanh(z / 2)) / 2 - y


def prepare(task: Training, arrays: Arrays) -> Runner:
    x, y = arrays.x.astype(np.float64), arrays.y

    def run(start: Start) -> Outcome:
        weights, bias = start.weights.astype(np.float64), start.bias.astype(np.float64)
        losses = np.empty(arrays.steps)
        for i in range(arrays.steps):
            losses[i], slope = cross_entropy((x @ weights.T + bias)[:, 0], y)
            weights -= task.learning_rate * slope @ x
            bias -= task.learning_rate * slope.sum()
        return Outcome(weights, bias, losses)

    return Runner(run, collect=lambda outcome: outcome)
