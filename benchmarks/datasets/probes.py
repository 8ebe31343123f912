"""Many binary targets of one set of feature vectors, as in probing what a representation encodes."""

from pathlib import Path

import numpy as np

from benchmarks.contract import Dataset


def missing(root: Path | None) -> str | None:
    return None


def load(
    root: Path | None,
    *,
    num_examples: int = 2_000,
    num_features: int = 128,
    num_targets: int = 1_000,
    test_examples: int = 200,
    seed: int = 0,
) -> Dataset:
    """Draw features, and each target from a logistic model of its own.

    Args:
        root: not used; nothing is read.
        num_examples: examples to train on.
        num_features: features, independent standard normal.
        num_targets: targets; y is `[num_targets, examples]`.
        test_examples: further examples to test on.
        seed: the same seed gives the same data.
    """
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((num_examples + test_examples, num_features), dtype=np.float32)
    # scores of standard deviation about 3, so that classes overlap but can be learned
    truth = rng.standard_normal((num_targets, num_features)) * 3 / np.sqrt(num_features)
    scores = truth @ x.T
    y = (scores + rng.logistic(size=scores.shape) > 0).astype(np.int32)
    n = num_examples
    return Dataset(x[:n], y[:, :n], x[n:], y[:, n:], 1, f"synthetic, seed {seed}")
