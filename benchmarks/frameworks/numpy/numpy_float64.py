"""The reference of trainings: gradients by hand in float64. All other trainings are compared with it.

With scores `z = x @ weights.T + bias` and n examples in the batch:

    linear    loss = mean (z - y)^2               d loss / d z = 2 (z - y) / n
    logistic  loss = mean log(1 + e^z) - y z      d loss / d z = (sigmoid(z) - y) / n
    softmax   loss = mean log sum e^z - z[y]      d loss / d z = (softmax(z) - one_hot(y)) / n

and the chain rule gives `d loss / d weights = (d loss / d z).T @ x`, `d loss / d bias = sum d loss / d z`.
"""

import numpy as np

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
    return None


def loss_and_slope(
    model: str, weights: np.ndarray, bias: np.ndarray, x: np.ndarray, y: np.ndarray
) -> tuple[float, np.ndarray]:
    """Mean loss over the batch, and its derivative with respect to the scores `[n, outputs]`."""
    # `contract.formulas` has the same formulas for many models, written independently; a test compares them
    z = x @ weights.T + bias
    n = len(x)
    if model == "linear":
        error = z - y[:, None]
        return np.mean(error**2), 2 * error / n
    if model == "logistic":
        z = z[:, 0]
        # logaddexp(0, z) = log(1 + e^z) and (1 + tanh(z / 2)) / 2 = sigmoid(z), without overflow
        slope = ((1 + np.tanh(z / 2)) / 2 - y) / n
        return np.mean(np.logaddexp(0, z) - y * z), slope[:, None]
    z = z - z.max(axis=1, keepdims=True)  # leaves the softmax unchanged, and e^z <= 1
    exp = np.exp(z)
    total = exp.sum(axis=1, keepdims=True)
    slope = exp / total
    slope[np.arange(n), y] -= 1
    return np.mean(np.log(total[:, 0]) - z[np.arange(n), y]), slope / n


def update(
    task: Training,
    learning_rate: float | np.ndarray,
    t: int,
    p: np.ndarray,
    g: np.ndarray,
    m: np.ndarray,
    v: np.ndarray,
) -> None:
    """Step number t, from 1, of a parameter p with gradient g; in place.

    Args:
        task: which optimizer.
        learning_rate: step size: a number, or an array that broadcasts to p.
        t: number of the step.
        p, g: parameter and gradient.
        m, v: first and second moment of "adam"; "sgd" keeps its velocity in m.
    """
    if task.optimizer == "sgd":
        m[:] = task.momentum * m + g
        p -= learning_rate * m
    else:
        m[:] = ADAM_BETA1 * m + (1 - ADAM_BETA1) * g
        v[:] = ADAM_BETA2 * v + (1 - ADAM_BETA2) * g**2
        power = p.dtype.type(
            t
        )  # in float32 the cancellation in 1 - beta^t is a large part of the rounding
        m_hat = m / (1 - ADAM_BETA1**power)
        v_hat = v / (1 - ADAM_BETA2**power)
        p -= learning_rate * m_hat / (np.sqrt(v_hat) + ADAM_EPSILON)


def prepare(task: Training, arrays: Arrays) -> Runner:
    return _steps_in(np.float64, task, arrays)


def prepare_float32(task: Training, arrays: Arrays) -> Runner:
    return _steps_in(np.float32, task, arrays)


def _steps_in(dtype: type[np.floating], task: Training, arrays: Arrays) -> Runner:
    """The training with all arithmetic in `dtype`."""
    x, y = arrays.x.astype(dtype), arrays.y
    if task.model != "softmax":
        y = y.astype(dtype)  # an int32 with a float32 would give a float64
    batches = None if arrays.plan is None else arrays.batches()

    def run(start: Start) -> Outcome:
        params = weights, bias = start.weights.astype(dtype), start.bias.astype(dtype)
        first = [np.zeros_like(p) for p in params]
        second = [np.zeros_like(p) for p in params]
        losses = np.empty(arrays.steps)
        for i in range(arrays.steps):
            x_batch, y_batch = (x, y) if batches is None else (x[batches[i]], y[batches[i]])
            losses[i], slope = loss_and_slope(task.model, weights, bias, x_batch, y_batch)
            gradients = (slope.T @ x_batch, slope.sum(axis=0))
            for p, g, m, v in zip(params, gradients, first, second, strict=True):
                update(task, task.learning_rate, i + 1, p, g, m, v)
        return Outcome(weights, bias, losses)

    return Runner(run, collect=lambda outcome: outcome)
