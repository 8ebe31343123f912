"""Loss and quality of trained parameters, in float64, by the same formulas for every implementation."""

import numpy as np

from benchmarks.contract.formulas import losses_and_slopes, scores

ROWS = 10_000
"""Examples evaluated at a time, so that a float64 copy of a large x is never needed whole."""


def evaluate(
    model: str, weights: np.ndarray, bias: np.ndarray, x: np.ndarray, y: np.ndarray
) -> dict[str, float]:
    """Loss and quality on examples; of many models the means over them, without their penalties.

    Args:
        model: "linear", "logistic" or "softmax".
        weights, bias: `[outputs, features]` and `[outputs]`, or both with a first axis `[models]`.
        x, y: `[examples, features]` and `[examples]`, or with a first axis `[models]`.

    Returns:
        "loss", and "accuracy" for classes or "r2" for a real target.
    """
    weights, bias = (np.asarray(p, np.float64) for p in (weights, bias))
    if weights.ndim == 2:
        weights, bias = weights[None], bias[None]
    total, hits = np.zeros(len(weights)), np.zeros(len(weights))
    n = x.shape[-2]
    for rows in (slice(i, i + ROWS) for i in range(0, n, ROWS)):
        y_rows = y[..., rows]
        z = scores(x[..., rows, :].astype(np.float64), weights, bias)
        total += losses_and_slopes(model, z, y_rows)[0].sum(axis=1)
        label = z[..., 0] > 0 if model == "logistic" else z.argmax(axis=-1)
        hits += np.sum(label == y_rows, axis=1)
    loss = total / n
    if model == "linear":
        variance = np.var(y, axis=-1, dtype=np.float64)
        return {"loss": float(loss.mean()), "r2": float(np.mean(1 - loss / variance))}
    return {"loss": float(loss.mean()), "accuracy": float(np.mean(hits / n))}
