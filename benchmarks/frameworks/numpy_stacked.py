"""The reference of sweeps: the formulas of `numpy_float64`, with a first axis for the models.

On a shared x the scores of all models are one wide matrix product, and so are their gradients.
"""

import numpy as np

from benchmarks.spec import ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON, Outcome, Problem, Runner, Task

LIBRARY = "numpy"
KIND = "sweep"


def unsupported(task: Task) -> str | None:
    return None


def scores(x: np.ndarray, weights: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """`[models, n, outputs]` from x `[n, features]` or `[models, n, features]`."""
    models, outputs, features = weights.shape
    if x.ndim == 3:
        return x @ weights.transpose(0, 2, 1) + bias[:, None, :]
    wide = x @ weights.reshape(-1, features).T
    return wide.reshape(len(x), models, outputs).transpose(1, 0, 2) + bias[:, None, :]


def losses_and_slopes(model: str, z: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Loss of each example `[models, n]`, and its derivative `[models, n, outputs]`.

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
        slope = (1 + np.tanh(z / 2)) / 2 - y
        return np.logaddexp(0, z) - y * z, slope[..., None]
    z = z - z.max(axis=-1, keepdims=True)
    exp = np.exp(z)
    total = exp.sum(axis=-1, keepdims=True)
    label = y[..., None] == np.arange(z.shape[-1])
    return np.log(total[..., 0]) - (label * z).sum(axis=-1), exp / total - label


def products(slopes: np.ndarray, x: np.ndarray) -> np.ndarray:
    """`slopes.T @ x` of each model, `[models, outputs, features]`."""
    models, n, outputs = slopes.shape
    if x.ndim == 3:
        return slopes.transpose(0, 2, 1) @ x
    wide = slopes.transpose(0, 2, 1).reshape(models * outputs, n)
    return (wide @ x).reshape(models, outputs, -1)


def prepare(task: Task, problem: Problem) -> Runner:
    x, y = problem.x.astype(np.float64), problem.y
    rate = problem.learning_rate.astype(np.float64)
    models = len(rate)
    l2 = np.zeros(models) if problem.l2 is None else problem.l2.astype(np.float64)
    weight = np.ones((1, x.shape[-2])) if problem.weight is None else problem.weight
    batches = None if problem.plan is None else problem.batches()

    def run() -> Outcome:
        start = (problem.weights, problem.bias)
        params = [np.repeat(p[None].astype(np.float64), models, axis=0) for p in start]
        first = [np.zeros_like(p) for p in params]
        second = [np.zeros_like(p) for p in params]
        losses = np.empty((models, problem.steps))
        for i in range(problem.steps):
            rows = slice(None) if batches is None else batches[i]
            x_batch, y_batch = x[..., rows, :], y[..., rows]
            share = weight[:, rows] / weight[:, rows].sum(axis=1, keepdims=True)
            each, slopes = losses_and_slopes(task.model, scores(x_batch, *params), y_batch)
            penalty = l2 * np.sum(params[0] ** 2, axis=(1, 2)) / 2
            losses[:, i] = (share * each).sum(axis=1) + penalty
            slopes *= share[..., None]
            weights_gradient = products(slopes, x_batch) + l2[:, None, None] * params[0]
            gradients = (weights_gradient, slopes.sum(axis=1))
            for p, g, m, v in zip(params, gradients, first, second, strict=True):
                lr = rate.reshape(-1, *[1] * (p.ndim - 1))
                if task.optimizer == "sgd":
                    m[:] = task.momentum * m + g
                    p -= lr * m
                else:
                    m[:] = ADAM_BETA1 * m + (1 - ADAM_BETA1) * g
                    v[:] = ADAM_BETA2 * v + (1 - ADAM_BETA2) * g**2
                    m_hat = m / (1 - ADAM_BETA1 ** (i + 1))
                    v_hat = v / (1 - ADAM_BETA2 ** (i + 1))
                    p -= lr * m_hat / (np.sqrt(v_hat) + ADAM_EPSILON)
        return Outcome(*params, losses)

    return Runner(run, collect=lambda outcome: outcome)
