"""How far rounding alone may lead from the reference by the end of a training, measured and not chosen.

The reference's steps are taken in float32 as well, from the same start. The distance between the two is
what rounding comes to in this training: the errors of every step are carried through all later ones.
Another implementation rounds in another order, and is allowed `FACTOR` times as much.

Now and then a model meets a point where a rounding error grows a hundredfold, and one order of the examples
meets it while another one does not. Of `sweep_folds`, 100 models with Adam, one start in eight has such a
model. So nothing is refused before it was measured in `ORDERS` orders.
"""

from collections.abc import Sequence

import numpy as np

from benchmarks.contract import Arrays, Outcome, Precision
from benchmarks.proof.parity import RELATIVE_TO_MOVE, largest_of_models

FACTOR = 20.0
"""Times the measured distance by which an outcome may differ. Tests plant wrong practices, such as a
learning rate that is off by a thousandth, and hold that each exceeds it."""

ORDERS = 8
"""Orders of the examples in which rounding is measured before an outcome is refused."""

LEAST = 8 * float(np.finfo(np.float32).eps)
"""Share of the largest weight that is allowed in any case: weights are stored in float32, and in a short
training NumPy may be lucky."""


def allowed_at_the_end(
    arrays: Arrays,
    in_float32: Sequence[Outcome],
    reference: Outcome,
    precision: Precision = "float32",
) -> np.ndarray:
    """By how much the weights after all steps may differ from the reference's, `[models]`.

    Args:
        arrays: the start of both trainings.
        in_float32: results of the reference's steps in float32, in one or more orders of the examples.
        reference: their result in float64.
        precision: of the task's products.
    """

    def apart(one: Sequence[np.ndarray], other: Sequence[np.ndarray]) -> np.ndarray:
        return largest_of_models(arrays, [a - b for a, b in zip(one, other, strict=True)])

    measured = np.max([apart(outcome[:2], reference[:2]) for outcome in in_float32], axis=0)
    moved = apart(reference[:2], arrays.start)
    size = np.maximum(largest_of_models(arrays, reference[:2]), np.finfo(np.float32).tiny)
    # one training is one sample of its errors: a model that was lucky gets what nine in ten keep to
    typical = np.quantile(measured / size, 0.9) * size
    allowed = np.maximum(FACTOR * np.maximum(measured, typical), LEAST * size)
    if precision == "float32":
        return allowed
    # no NumPy rounds as TF32 does
    return np.maximum(allowed, RELATIVE_TO_MOVE[precision] * moved)
