"""Examples of any size, drawn from the model itself: normal features, and targets of true parameters."""

from pathlib import Path

import numpy as np

from benchmarks.contract import Dataset


def missing(root: Path | None) -> str | None:
    return None


def load(
    root: Path | None,
    *,
    num_examples: int = 1000,
    num_features: int = 20,
    num_classes: int | None = 2,
    num_informative: int | None = None,
    test_examples: int = 200,
    seed: int = 0,
) -> Dataset:
    """Draw a data set.

    Args:
        root: not used; nothing is read.
        num_examples: examples to train on.
        num_features: features, independent standard normal.
        num_classes: classes, or None for regression with noise of standard deviation 0.1.
        num_informative: features that the targets depend on, the first ones; None means all.
        test_examples: further examples to test on.
        seed: the same seed gives the same data.
    """
    rng = np.random.default_rng(seed)
    outputs = num_classes if num_classes is not None and num_classes > 2 else 1
    x = rng.standard_normal((num_examples + test_examples, num_features), dtype=np.float32)
    informative = num_features if num_informative is None else num_informative
    # scores of standard deviation about 3, so that classes overlap but can be learned
    truth = rng.standard_normal((outputs, num_features)) * 3 / np.sqrt(informative)
    truth[:, informative:] = 0
    scores = x @ truth.T
    if num_classes is None:
        y = (scores[:, 0] + 0.1 * rng.standard_normal(len(x))).astype(np.float32)
    elif outputs == 1:
        y = (scores[:, 0] + rng.logistic(size=len(x)) > 0).astype(np.int32)
    else:
        # the class with the largest score plus Gumbel noise is a draw from the softmax
        y = (scores + rng.gumbel(size=scores.shape)).argmax(axis=1).astype(np.int32)
    source = f"synthetic, seed {seed}"
    n = num_examples
    return Dataset(x[:n], y[:n], x[n:], y[n:], outputs, source)
