"""NumPy in the style of an expert: float32, every array allocated once, every result written in place.

The formulas are those of `numpy_float64`. Three things make it fast. The bias is one more column of the
weights, with a column of ones in x, so that one product, one gradient and one update serve both.
Scores are transposed to `[outputs, n]`, where a softmax works along contiguous rows. The constant factors
of Adam's moments go into its step size and epsilon.
"""

from math import sqrt

import numpy as np
from threadpoolctl import ThreadpoolController

from benchmarks.contract import (
    ADAM_BETA1,
    ADAM_BETA2,
    ADAM_EPSILON,
    Arrays,
    Outcome,
    Runner,
    Start,
    Training,
)

LIBRARY = "numpy"
KIND = "training"


def unsupported(task: Training) -> str | None:
    return "NumPy's products are float32" if task.precision == "tf32" else None


def prepare(task: Training, arrays: Arrays) -> Runner:
    (n, features), outputs = arrays.x.shape, len(arrays.bias)
    x = np.ones((n, features + 1), np.float32)
    x[:, :-1] = arrays.x
    y = arrays.y.astype(np.intp if task.model == "softmax" else np.float32)
    batches = None if arrays.plan is None else arrays.batches()
    size = n if arrays.plan is None else arrays.plan.shape[1]
    x_rows = np.empty((0 if batches is None else size, features + 1), np.float32)
    y_rows = np.empty(size, y.dtype)
    z_rows, slope_rows = np.empty((size, outputs), np.float32), np.empty(size * outputs, np.float32)
    weights, gradient, first, second = np.empty((4, outputs, features + 1), np.float32)
    loss_and_slope = {"linear": linear, "logistic": logistic, "softmax": softmax}[task.model]
    threads = ThreadpoolController()

    def batch(i: int) -> tuple[np.ndarray, np.ndarray]:
        if batches is None:
            return x, y
        rows = batches[i]
        # "clip" writes directly into `out`; the default makes a copy, to be able to raise
        x_batch = x.take(rows, axis=0, out=x_rows[: len(rows)], mode="clip")
        return x_batch, y.take(rows, out=y_rows[: len(rows)], mode="clip")

    def use_threads(count: int) -> None:
        threads.limit(limits=count, user_api="blas")

    def run(start: Start) -> Outcome:
        weights[:, :-1], weights[:, -1], first[:], second[:] = *start, 0, 0
        losses = np.empty(arrays.steps, np.float32)
        for i in range(arrays.steps):
            x_batch, y_batch = batch(i)
            m = len(x_batch)
            z, slope = z_rows[:m], slope_rows[: m * outputs].reshape(outputs, m)
            np.dot(x_batch, weights.T, out=z)
            np.copyto(slope, z.T)
            losses[i] = loss_and_slope(slope, y_batch)
            np.dot(slope, x_batch, out=gradient)
            if task.optimizer == "adam":
                adam(weights, gradient, first, second, task.learning_rate, i + 1)
            else:
                sgd(weights, gradient, first, task.learning_rate, task.momentum)
        return Outcome(weights[:, :-1].copy(), weights[:, -1].copy(), losses)

    return Runner(run, collect=lambda outcome: outcome, use_threads=use_threads)


def linear(z: np.ndarray, y: np.ndarray) -> float:
    """The mean loss of scores z, `[outputs, n]`; z is replaced by the derivative with respect to them."""
    z -= y
    loss = np.dot(z[0], z[0]) / len(y)
    z *= 2 / len(y)
    return float(loss)


def logistic(z: np.ndarray, y: np.ndarray) -> float:
    """As `linear`."""
    loss = (np.logaddexp(0, z[0]).sum() - np.dot(z[0], y)) / len(y)
    z *= 0.5
    np.tanh(z, out=z)  # sigmoid(z) = (1 + tanh(z / 2)) / 2
    z += 1
    z *= 0.5
    z -= y
    z *= 1 / len(y)
    return float(loss)


def softmax(z: np.ndarray, y: np.ndarray) -> float:
    """As `linear`."""
    n = len(y)
    labels = y * n + np.arange(n)  # positions of z[y[j], j] in the flat array
    z -= z.max(axis=0)
    chosen = z.ravel()[labels].sum()
    np.exp(z, out=z)
    total = z.sum(axis=0)
    loss = (np.log(total).sum() - chosen) / n
    total *= n
    z /= total
    z.ravel()[labels] -= 1 / n
    return float(loss)


# The updates of `numpy_float64`, written again for speed: in place, with fewer passes over the arrays.


def sgd(
    weights: np.ndarray,
    gradient: np.ndarray,
    velocity: np.ndarray,
    learning_rate: float,
    momentum: float,
) -> None:
    """One step, in place; `gradient` is overwritten."""
    if momentum:
        velocity *= momentum
        velocity += gradient
        np.multiply(velocity, learning_rate, out=gradient)
    else:
        gradient *= learning_rate
    weights -= gradient


def adam(
    weights: np.ndarray,
    gradient: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    learning_rate: float,
    t: int,
) -> None:
    """Step number t, from 1, in place; `gradient` is overwritten.

    `first` and `second` are the paper's moments divided by (1 - beta1) and (1 - beta2), so that a
    gradient is added without a factor.
    """
    root = sqrt((1 - ADAM_BETA2**t) / (1 - ADAM_BETA2))
    size = learning_rate * (1 - ADAM_BETA1) / (1 - ADAM_BETA1**t) * root
    first *= ADAM_BETA1
    first += gradient
    second *= ADAM_BETA2
    gradient *= gradient
    second += gradient
    np.sqrt(second, out=gradient)
    gradient += ADAM_EPSILON * root
    np.divide(first, gradient, out=gradient)
    gradient *= size
    weights -= gradient
