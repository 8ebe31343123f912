"""The reference: hand-written gradients in float64. Everybody else is compared with this file.

With scores `z = x @ weights.T + bias` and n examples in the batch:

    linear    loss = mean (z - y)^2               d loss / d z = 2 (z - y) / n
    logistic  loss = mean log(1 + e^z) - y z      d loss / d z = (sigmoid(z) - y) / n
    softmax   loss = mean log sum e^z - z[y]      d loss / d z = (softmax(z) - one_hot(y)) / n

and the chain rule gives `d loss / d weights = (d loss / d z).T @ x`, `d loss / d bias = sum d loss / d z`.
"""

import numpy as np

from benchmarks.spec import ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON, Outcome, Problem, Runner, Task

LIBRARY = "numpy"
KIND = "training"


def unsupported(task: Task) -> str | None:
    return None


def loss_and_slope(
    model: str, weights: np.ndarray, bias: np.ndarray, x: np.ndarray, y: np.ndarray
) -> tuple[float, np.ndarray]:
    """Mean loss over the batch, and its derivative with respect to the scores `[n, outputs]`."""
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
    z = z - z.max(axis=1, keepdims=True)  # the softmax does not change, and e^z <= 1
    exp = np.exp(z)
    total = exp.sum(axis=1, keepdims=True)
    slope = exp / total
    slope[np.arange(n), y] -= 1
    return np.mean(np.log(total[:, 0]) - z[np.arange(n), y]), slope / n


def prepare(task: Task, problem: Problem) -> Runner:
    x, y = problem.x.astype(np.float64), problem.y
    batches = None if problem.plan is None else problem.batches()

    def run() -> Outcome:
        params = [problem.weights.astype(np.float64), problem.bias.astype(np.float64)]
        # one velocity per parameter for "sgd"; first and second moments for "adam"
        first = [np.zeros_like(p) for p in params]
        second = [np.zeros_like(p) for p in params]
        losses = np.empty(problem.steps)
        for i in range(problem.steps):
            x_batch, y_batch = (x, y) if batches is None else (x[batches[i]], y[batches[i]])
            losses[i], slope = loss_and_slope(task.model, *params, x_batch, y_batch)
            if task.gradient == "sum":
                slope *= len(x_batch)  # as if the mean's 1/n had been forgotten
            gradients = (slope.T @ x_batch, slope.sum(axis=0))
            for p, g, m, v in zip(params, gradients, first, second, strict=True):
                if task.optimizer == "sgd":
                    m[:] = task.momentum * m + g
                    p -= task.learning_rate * m
                else:
                    m[:] = ADAM_BETA1 * m + (1 - ADAM_BETA1) * g
                    v[:] = ADAM_BETA2 * v + (1 - ADAM_BETA2) * g**2
                    m_hat = m / (1 - ADAM_BETA1 ** (i + 1))
                    v_hat = v / (1 - ADAM_BETA2 ** (i + 1))
                    p -= task.learning_rate * m_hat / (np.sqrt(v_hat) + ADAM_EPSILON)
        return Outcome(*params, losses)

    return Runner(run, collect=lambda outcome: outcome)
