"""The precision probe: what an implementation computes in, asked by the products of a small training.

The examples cancel all but one digit. In `x . w = S (1 + 2^-k) - S` nothing is left if the first factor was
rounded to fewer than k bits, and in a gradient over two examples the same happens to x. So weights that
only these sums move say which digits survived. The learning rate is so small that scores stay as they
are, and all steps move a weight by the same amount: one step in a lower precision shows.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from benchmarks.contract import Arrays, Outcome, Precision, Sweep, Training
from benchmarks.contract.formulas import losses_and_slopes
from benchmarks.proof.parity import NotTheSame

STEPS = 64

RATE = 2.0**-60
"""Learning rate: in float32 weights of 1 do not change, and weights of 0 do."""

BITS = {9: "bfloat16", 12: "tf32", 20: "less than float32"}
"""By k, the name of what loses 2^-k beside 1: bfloat16 keeps 7 bits, TF32 and float16 keep 10, and
sums of a few products in bfloat16 fewer than 20."""

SCORES = (0.25, 0.5, 0.125)
"""Scores of the examples of each k, if nothing is lost."""

CLOSE = 0.01
"""Share of a digit's effect on a weight that may be missing: less than that of one step of 64."""

ROUNDED = 2.0**-15
"""Relative error of a gradient that tells that slopes, its other factor, were rounded: TF32 makes 2^-11."""

ACCEPTED: dict[Precision, tuple[str, ...]] = {
    "float32": ("float32", "float64"),
    # elsewhere than on a GPU that can it is float32
    "tf32": ("tf32", "float32", "float64"),
}
"""Precisions that a task takes. A row in a higher one than its rivals is shown with it."""

MODELS = 2
"""Models of the probe of a sweep."""

_N, _FEATURES, _OUTPUTS = 16, 16, 4
_TARGET = {"linear": -1 / 3, "logistic": 0, "softmax": 1}
_ROUND_TARGET = {"linear": -1.0, "logistic": 0, "softmax": 1}
"""At a score of 0 the slope is then a power of 2, so that no product is rounded."""


def probe_name(task: Training) -> str:
    """The same for all tasks that have the same probe."""
    batches = "batches" if task.batch_size else "full batch"
    return f"probe of {task.kind}, {task.model}, {batches}, {task.precision}"


def probe_task(task: Training) -> Training:
    """The small training that stands for a task: its model, its batches or not, its precision."""
    small = replace(
        task,
        optimizer="sgd",
        momentum=0.0,
        learning_rate=RATE,
        epochs=STEPS,
        batch_size=None if task.batch_size is None else _N,
        start=None,
        start_scale=0.0,
    )
    if isinstance(small, Sweep):
        return replace(small, sweep={"learning_rate": (RATE,) * MODELS})
    return small


def probe_arrays(task: Training) -> Arrays:
    """The arrays of a `probe_task`: four examples for each k."""
    x, weights = np.zeros((_N, _FEATURES)), np.ones(_FEATURES)
    y = np.full(_N, _TARGET[task.model], np.float32 if task.model == "linear" else np.int32)
    weights[5:] = 0  # columns from 5 on say what survived
    for i, (k, score) in enumerate(zip(BITS, SCORES, strict=True)):
        size = score * 2.0**k
        in_x, in_weights, one, other = range(4 * i, 4 * i + 4)
        weights[2 + i] = 1 + 2.0**-k
        x[in_x, :2] = size * (1 + 2.0**-k), -size
        x[in_weights, [1, 2 + i]] = -size, size
        x[in_x, 5 + i] = x[in_weights, 8 + i] = 1
        in_gradient = min(k, 15)  # a rounded slope, as TensorFlow's sigmoid has, would hide less
        size = score * 2.0**in_gradient
        x[[one, other], 11 + i] = size * (1 + 2.0**-in_gradient), -size
        y[[one, other]] = _ROUND_TARGET[task.model]
    outputs = _OUTPUTS if task.model == "softmax" else 1
    start = np.zeros((outputs, _FEATURES), np.float32)
    start[0] = weights
    plan = np.tile(np.arange(_N, dtype=np.int32), (STEPS, 1))
    return Arrays(
        x.astype(np.float32),
        y,
        start,
        np.zeros(outputs, np.float32),
        None if task.batch_size is None else plan,
        STEPS,
        np.full(MODELS, RATE, np.float32) if isinstance(task, Sweep) else None,
    )


def found_precision(task: Training, outcome: Outcome) -> str:
    """What the products of a probe were computed in.

    Args:
        task: the `probe_task`.
        outcome: what an implementation made of it.

    Returns:
        "float64", "float32", or a lower one: a value of `BITS`. "unknown" if the shape is another.
    """
    models = (MODELS,) if isinstance(task, Sweep) else ()
    outputs = _OUTPUTS if task.model == "softmax" else 1
    if outcome.weights.shape != (*models, outputs, _FEATURES):
        return f"unknown (got weights of shape {outcome.weights.shape} from the probe)"
    moved = outcome.weights.reshape(-1, outputs, _FEATURES)[:, 0, 5:14]
    # [models, in x / in the weights / in x of the gradient, k]; the weights of 0 move against the gradient
    seen = -moved.reshape(-1, 3, len(BITS)) * (_N / (RATE * STEPS))
    scores, zero = np.asarray(SCORES), np.zeros(len(SCORES))
    kept, lost = _slopes(task, scores, _TARGET), _slopes(task, zero, _TARGET)
    expected = np.stack([kept, kept, _slopes(task, zero, _ROUND_TARGET) * scores])
    without = np.stack([lost, lost, zero])
    apart = np.abs(seen - expected) / np.abs(expected - without)
    for k, name in enumerate(BITS.values()):
        if not (apart[..., k] <= CLOSE).all():  # also a NaN is no digit
            return name
    error = float((np.abs(seen - expected) / expected)[:, :2].max())
    if error > ROUNDED:
        return "bfloat16" if error > 2.0**-10 else "tf32"
    same = moved == moved.astype(np.float32)
    return "float32" if same.all() else "float64"


def _slopes(task: Training, scores: np.ndarray, target: Mapping[str, float]) -> np.ndarray:
    """Derivatives of the losses of examples with these scores of their first output."""
    z = np.zeros((1, len(scores), _OUTPUTS if task.model == "softmax" else 1))
    z[0, :, 0] = scores
    y = np.full(len(scores), np.float32(target[task.model]), np.float64)
    return losses_and_slopes(task.model, z, y)[1][0, :, 0]


def require_precision(task: Training, found: str) -> None:
    """Refuse a lower precision than that of a task.

    Raises:
        NotTheSame: if it is lower.
    """
    if found not in ACCEPTED[task.precision]:
        raise NotTheSame(
            f"its products were computed in {found}, expected {task.precision}: the precision probe lost "
            "digits that are kept there"
        )
