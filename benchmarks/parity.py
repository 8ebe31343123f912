"""No time without parity: a row is timed only if its weights are the reference's.

The first steps are compared weight by weight, because there a difference still shows what it is: a
wrong learning rate, a dropped bias, another batch order. The end is compared by its loss.
"""

from collections.abc import Callable

import numpy as np

from benchmarks.frameworks.numpy_float64 import loss_and_slope
from benchmarks.spec import Outcome, Problem, Task

STEPS = 20
"""Steps that are compared weight by weight."""

RELATIVE_TO_MOVE = 1e-4
"""Weights may differ by this share of the largest distance that any weight has moved ..."""

RELATIVE_TO_SIZE = 1e-6
"""... plus this share of the largest weight, about ten float32 roundings."""

LOSS_TOLERANCE = 1e-4
"""The final losses may differ by this share of the reference's."""

CHUNK = 10_000
"""Rows evaluated at a time, so that a float64 copy of a large x is never needed whole."""


class NotTheSame(Exception):
    """An implementation did other work than the reference; the message says where and how much."""


def difference(problem: Problem, outcome: Outcome, reference: Outcome) -> tuple[float, float]:
    """Largest difference of any parameter from the reference, and how large it may be.

    Raises:
        NotTheSame: if the shapes differ.
    """
    pairs = list(zip(outcome[:2], reference[:2], (problem.weights, problem.bias), strict=True))
    for got, expected, _ in pairs:
        if got.shape != expected.shape:
            raise NotTheSame(
                f"parity failed: got parameters of shape {got.shape}; expected {expected.shape}. "
                "Weights are [outputs, features]: collect() may have to transpose."
            )
    apart = max(float(np.abs(got - expected).max()) for got, expected, _ in pairs)
    moved = max(float(np.abs(expected - start).max()) for _, expected, start in pairs)
    size = max(float(np.abs(expected).max()) for _, expected, _ in pairs)
    allowed = RELATIVE_TO_MOVE * moved + RELATIVE_TO_SIZE * size
    # a NaN anywhere is a difference, not a missing value
    return (apart if np.isfinite(apart) else np.inf), allowed


def require_same_steps(
    problem: Problem,
    outcome: Outcome,
    reference: Outcome,
    rehearse: Callable[[int], Outcome],
    rehearse_reference: Callable[[int], Outcome],
) -> dict[str, float]:
    """Compare the weights after the first steps.

    Args:
        problem: the start.
        outcome, reference: both after the first `STEPS` steps.
        rehearse, rehearse_reference: train any number of steps; asked only after a failure, to find
            the step in which the two part.

    Returns:
        "weights", the largest difference, and "allowed", what it might have been.

    Raises:
        NotTheSame: if they differ by more; says in which step that begins.
    """
    apart, allowed = difference(problem, outcome, reference)
    if apart <= allowed:
        return {"weights": apart, "allowed": allowed}
    for step in range(1, min(STEPS, problem.steps) + 1):
        apart, allowed = difference(problem, rehearse(step), rehearse_reference(step))
        if apart > allowed:
            break
    raise NotTheSame(
        f"parity failed at step {step}: a weight differs by {apart:.1e}, allowed {allowed:.1e}"
    )


def require_same_loss(loss: float, reference: float) -> None:
    """Compare the losses after the last step.

    Raises:
        NotTheSame: if they differ by more than `LOSS_TOLERANCE`, or the loss is NaN.
    """
    apart = abs(loss - reference) / max(abs(reference), 1e-12)
    if not apart <= LOSS_TOLERANCE:
        raise NotTheSame(
            f"parity failed at the end: the final loss is {loss:.6g}, the reference's "
            f"{reference:.6g}, a relative difference of {apart:.1e}, allowed {LOSS_TOLERANCE:.0e}"
        )


def evaluate(task: Task, outcome: Outcome, x: np.ndarray, y: np.ndarray) -> dict[str, float]:
    """Loss and quality of trained parameters on examples, in float64, by the same judge for all.

    Returns:
        "loss", and "accuracy" for classes or "r2" for a real target.
    """
    weights, bias = outcome.weights.astype(np.float64), outcome.bias.astype(np.float64)
    total = hits = 0.0
    for rows in (slice(i, i + CHUNK) for i in range(0, len(x), CHUNK)):
        x_rows, y_rows = x[rows].astype(np.float64), y[rows]
        total += loss_and_slope(task.model, weights, bias, x_rows, y_rows)[0] * len(y_rows)
        scores = x_rows @ weights.T + bias
        label = scores[:, 0] > 0 if task.model == "logistic" else scores.argmax(axis=1)
        hits += np.sum(label == y_rows)
    loss = total / len(x)
    if task.model == "linear":
        return {"loss": loss, "r2": 1 - loss / np.var(y, dtype=np.float64)}
    return {"loss": loss, "accuracy": hits / len(x)}
