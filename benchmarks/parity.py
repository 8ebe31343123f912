"""No time without parity: a row is timed only if its weights are the reference's.

The first steps are compared weight by weight, because there a difference still shows what it is: a
wrong learning rate, a dropped bias, another batch order. The end is compared by its loss.
"""

from collections.abc import Callable

import numpy as np

from benchmarks.frameworks.numpy_stacked import losses_and_slopes, scores
from benchmarks.spec import Outcome, Precision, Problem, Task

STEPS = 20
"""Steps that are compared weight by weight."""

# TF32 rounds the factors of a product to 10 bits, 5e-4 of their size.
RELATIVE_TO_MOVE: dict[Precision, float] = {"float32": 1e-4, "tf32": 1e-2}
"""Weights may differ by this share of the largest distance that any weight has moved ..."""

RELATIVE_TO_SIZE = 1e-6
"""... plus this share of the largest weight, about ten float32 roundings."""

LOSS_TOLERANCE: dict[Precision, float] = {"float32": 1e-4, "tf32": 1e-3}
"""The final losses may differ by this share of the reference's."""

CHUNK = 10_000
"""Rows evaluated at a time, so that a float64 copy of a large x is never needed whole."""


class NotTheSame(Exception):
    """An implementation did other work than the reference; the message says where and how much."""


def difference(
    problem: Problem, outcome: Outcome, reference: Outcome, precision: Precision = "float32"
) -> tuple[float, float]:
    """Largest difference of any parameter from the reference, and how large it may be.

    In a sweep these are of the model that comes closest to its bound or exceeds it most.

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
    # Each model of a sweep by itself: one with a small learning rate has moved less than the others.
    models = 1 if problem.learning_rate is None else len(problem.learning_rate)

    def largest(arrays) -> np.ndarray:
        return np.max([np.abs(a).reshape(models, -1).max(axis=1) for a in arrays], axis=0)

    apart = largest(got - expected for got, expected, _ in pairs)
    moved = largest(expected - start for _, expected, start in pairs)
    size = largest(expected for _, expected, _ in pairs)
    allowed = RELATIVE_TO_MOVE[precision] * moved + RELATIVE_TO_SIZE * size
    # a NaN anywhere is a difference, not a missing value
    apart = np.where(np.isfinite(apart), apart, np.inf)
    worst = np.argmax(apart / np.maximum(allowed, np.finfo(float).tiny))
    return float(apart[worst]), float(allowed[worst])


def require_same_steps(
    task: Task,
    problem: Problem,
    outcome: Outcome,
    reference: Outcome,
    rehearse: Callable[[int], Outcome],
    rehearse_reference: Callable[[int], Outcome],
) -> dict[str, float]:
    """Compare the weights after the first steps.

    Args:
        task: its precision says how close is close.
        problem: the start.
        outcome, reference: both after the first `STEPS` steps.
        rehearse, rehearse_reference: train any number of steps; asked only after a failure, to find
            the step in which the two part.

    Returns:
        "weights", the largest difference, and "allowed", what it might have been.

    Raises:
        NotTheSame: if they differ by more; says in which step that begins.
    """
    apart, allowed = difference(problem, outcome, reference, task.precision)
    if apart <= allowed:
        return {"weights": apart, "allowed": allowed}
    for step in range(1, min(STEPS, problem.steps) + 1):
        both = rehearse(step), rehearse_reference(step)
        apart, allowed = difference(problem, *both, task.precision)
        if apart > allowed:
            break
    raise NotTheSame(
        f"parity failed at step {step}: a weight differs by {apart:.1e}, allowed {allowed:.1e}"
    )


def require_same_loss(loss: float, reference: float, precision: Precision = "float32") -> None:
    """Compare the losses after the last step.

    Raises:
        NotTheSame: if they differ by more than `LOSS_TOLERANCE`, or the loss is NaN.
    """
    apart = abs(loss - reference) / max(abs(reference), 1e-12)
    allowed = LOSS_TOLERANCE[precision]
    if not apart <= allowed:
        raise NotTheSame(
            f"parity failed at the end: the final loss is {loss:.6g}, the reference's "
            f"{reference:.6g}, a relative difference of {apart:.1e}, allowed {allowed:.0e}"
        )


def evaluate(task: Task, outcome: Outcome, x: np.ndarray, y: np.ndarray) -> dict[str, float]:
    """Loss and quality of trained parameters on examples, in float64, by the same judge for all.

    Of a sweep these are means over its models, without their penalties.

    Returns:
        "loss", and "accuracy" for classes or "r2" for a real target.
    """
    weights, bias = (np.asarray(p, np.float64) for p in outcome[:2])
    if not task.sweep:
        weights, bias = weights[None], bias[None]
    total, hits = np.zeros(len(weights)), np.zeros(len(weights))
    n = x.shape[-2]
    for rows in (slice(i, i + CHUNK) for i in range(0, n, CHUNK)):
        y_rows = y[..., rows]
        z = scores(x[..., rows, :].astype(np.float64), weights, bias)
        total += losses_and_slopes(task.model, z, y_rows)[0].sum(axis=1)
        label = z[..., 0] > 0 if task.model == "logistic" else z.argmax(axis=-1)
        hits += np.sum(label == y_rows, axis=1)
    loss = total / n
    if task.model == "linear":
        spread = np.var(y, axis=-1, dtype=np.float64)
        return {"loss": float(loss.mean()), "r2": float(np.mean(1 - loss / spread))}
    return {"loss": float(loss.mean()), "accuracy": float(np.mean(hits / n))}
