"""No time without parity: a row is timed only if its weights are the reference's.

The first steps are compared weight by weight, because there a difference still shows what it is: a
wrong learning rate, a dropped bias, another batch order. `timed_rounds` compares the end.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from benchmarks.contract import Arrays, Outcome, Precision

STEPS = 20
"""Steps that are compared weight by weight."""

# TF32 rounds the factors of a product to 10 bits, 5e-4 of their size.
RELATIVE_TO_MOVE: dict[Precision, float] = {"float32": 1e-4, "tf32": 1e-2}
"""Share of the largest distance that any weight has moved, by which weights may differ."""

RELATIVE_TO_SIZE = 1e-6
"""Share of the largest weight, by which weights may differ in addition: about ten float32 roundings."""


class ReferenceLost(Exception):
    """The reference cannot be asked any more; the message says why."""


class NotTheSame(Exception):
    """An implementation did other work than the reference; the message says where and how much."""


@dataclass(frozen=True)
class Trained:
    """Results of a training.

    Attributes:
        outcome: after all steps.
        again: outcome of a second run, after all steps.
        first_steps: outcome after the first `STEPS` steps.
        outcome_after: trains any number of steps.
        loss: evaluates `outcome` over all training examples.
    """

    outcome: Outcome
    again: Outcome
    first_steps: Outcome
    outcome_after: Callable[[int], Outcome]
    loss: Callable[[], float]


def difference(
    arrays: Arrays, outcome: Outcome, reference: Outcome, precision: Precision = "float32"
) -> tuple[float, float]:
    """Largest difference of any parameter from the reference, and how large it may be.

    In a sweep these are of the model that comes closest to its bound or exceeds it most.

    Raises:
        NotTheSame: if the shapes differ.
    """
    moved = largest_of_models(
        arrays, [p - start for p, start in zip(reference[:2], arrays.start, strict=True)]
    )
    size = largest_of_models(arrays, reference[:2])
    allowed = RELATIVE_TO_MOVE[precision] * moved + RELATIVE_TO_SIZE * size
    return farthest(arrays, outcome, reference, allowed)


def largest_of_models(arrays: Arrays, parameters: Iterable[np.ndarray]) -> np.ndarray:
    """The largest size of any of these parameters, of each model by itself, `[models]`."""
    # by itself: one with a small learning rate has moved less than the others
    of_each = [np.abs(p).reshape(arrays.models, -1).max(axis=1) for p in parameters]
    return np.asarray(np.max(of_each, axis=0))


def farthest(
    arrays: Arrays, outcome: Outcome, reference: Outcome, allowed: np.ndarray
) -> tuple[float, float]:
    """Largest difference and bound, of the model that comes closest to its bound or exceeds it most.

    Args:
        arrays: of the task.
        outcome, reference: what is compared.
        allowed: bound of each model, `[models]`.

    Raises:
        NotTheSame: if the shapes differ.
    """
    pairs = list(zip(outcome[:2], reference[:2], strict=True))
    for got, expected in pairs:
        if got.shape != expected.shape:
            raise NotTheSame(
                f"got parameters of shape {got.shape}; expected {expected.shape}. "
                "Weights are [outputs, features]: collect() may have to transpose."
            )
    apart = largest_of_models(arrays, [got - expected for got, expected in pairs])
    # a NaN anywhere is a difference, not a missing value
    apart = np.where(np.isfinite(apart), apart, np.inf)
    worst = np.argmax(apart / np.maximum(allowed, np.finfo(float).tiny))
    return float(apart[worst]), float(allowed[worst])


def require_same_steps(
    arrays: Arrays, trained: Trained, reference: Trained, precision: Precision
) -> dict[str, float]:
    """Compare the weights after the first steps.

    Args:
        arrays: the start.
        trained, reference: results of the implementation and of the reference.
        precision: of the task; it says how close is close.

    Returns:
        "weights", the largest difference, and "allowed", its bound.

    Raises:
        NotTheSame: if they differ by more; says in which step that begins.
    """
    apart, allowed = difference(arrays, trained.first_steps, reference.first_steps, precision)
    if apart <= allowed:
        return {"weights": apart, "allowed": allowed}
    for step in range(1, min(STEPS, arrays.steps) + 1):
        try:
            both = trained.outcome_after(step), reference.outcome_after(step)
        except ReferenceLost as lost:
            raise NotTheSame(
                f"after {STEPS} steps a weight differs by {apart:.1e}, allowed {allowed:.1e}; where that "
                f"begins is not known, since the reference failed: {lost}"
            ) from None
        apart, allowed = difference(arrays, *both, precision)
        if apart > allowed:
            break
    raise NotTheSame(f"at step {step} a weight differs by {apart:.1e}, allowed {allowed:.1e}")
