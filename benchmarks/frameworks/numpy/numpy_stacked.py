"""The reference of sweeps: the steps of `numpy_float64`, with a leading axis for the models.

On a shared x the scores of all models are one wide matrix product, and so are their gradients.
"""

import numpy as np

from benchmarks.contract import Arrays, Outcome, Runner, Start, Sweep
from benchmarks.contract.formulas import losses_and_slopes, scores
from benchmarks.frameworks.numpy.numpy_float64 import update

LIBRARY = "numpy"
KIND = "sweep"


def unsupported(task: Sweep) -> str | None:
    return None


def products(slopes: np.ndarray, x: np.ndarray) -> np.ndarray:
    """`slopes.T @ x` of each model, `[models, outputs, features]`."""
    models, n, outputs = slopes.shape
    if x.ndim == 3:
        return slopes.transpose(0, 2, 1) @ x
    wide = slopes.transpose(0, 2, 1).reshape(models * outputs, n)
    return (wide @ x).reshape(models, outputs, -1)


def prepare(task: Sweep, arrays: Arrays) -> Runner:
    return _steps_in(np.float64, task, arrays)


def prepare_float32(task: Sweep, arrays: Arrays) -> Runner:
    return _steps_in(np.float32, task, arrays)


def _steps_in(dtype: type[np.floating], task: Sweep, arrays: Arrays) -> Runner:
    """The trainings with all arithmetic in `dtype`."""
    assert arrays.learning_rate is not None, "a sweep has a learning rate for each model"
    x, y = arrays.x.astype(dtype), arrays.y
    if task.model != "softmax":
        y = y.astype(dtype)  # an int32 with a float32 would give a float64
    rate = arrays.learning_rate.astype(dtype)
    models = arrays.models
    rates = (rate[:, None, None], rate[:, None])  # for weights and bias
    l2 = np.zeros(models, dtype) if arrays.l2 is None else arrays.l2.astype(dtype)
    sample_weight = np.ones((1, x.shape[-2]), dtype)
    if arrays.sample_weight is not None:
        sample_weight = arrays.sample_weight.astype(dtype)
    batches = None if arrays.plan is None else arrays.batches()

    def run(start: Start) -> Outcome:
        params = weights, bias = tuple(
            np.repeat(p[None].astype(dtype), models, axis=0) for p in start
        )
        first = [np.zeros_like(p) for p in params]
        second = [np.zeros_like(p) for p in params]
        losses = np.empty((models, arrays.steps))
        for i in range(arrays.steps):
            rows = slice(None) if batches is None else batches[i]
            x_batch, y_batch = x[..., rows, :], y[..., rows]
            share = sample_weight[:, rows] / sample_weight[:, rows].sum(axis=1, keepdims=True)
            each, slopes = losses_and_slopes(task.model, scores(x_batch, weights, bias), y_batch)
            penalty = l2 * np.sum(weights**2, axis=(1, 2)) / 2
            losses[:, i] = (share * each).sum(axis=1) + penalty
            slopes *= share[..., None]
            weights_gradient = products(slopes, x_batch) + l2[:, None, None] * weights
            gradients = (weights_gradient, slopes.sum(axis=1))
            for r, p, g, m, v in zip(rates, params, gradients, first, second, strict=True):
                update(task, r, i + 1, p, g, m, v)
        return Outcome(weights, bias, losses)

    return Runner(run, collect=lambda outcome: outcome)
