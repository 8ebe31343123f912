"""Many small independent data sets, such as one per customer or per sensor."""

from pathlib import Path

import numpy as np

from benchmarks.contract import Dataset


def missing(root: Path | None) -> str | None:
    return None


def load(
    root: Path | None,
    *,
    num_sets: int = 1_000,
    num_examples: int = 200,
    num_features: int = 20,
    test_examples: int = 50,
    seed: int = 0,
) -> Dataset:
    """Draw data sets, each from a logistic model of its own.

    Args:
        root: not used; nothing is read.
        num_sets: data sets; x is `[num_sets, examples, features]` and y `[num_sets, examples]`.
        num_examples: examples to train on, in each.
        num_features: features, independent standard normal.
        test_examples: further examples to test on, in each.
        seed: the same seed gives the same data.
    """
    rng = np.random.default_rng(seed)
    shape = (num_sets, num_examples + test_examples, num_features)
    x = rng.standard_normal(shape, dtype=np.float32)
    # scores of standard deviation about 3, so that classes overlap but can be learned
    truth = rng.standard_normal((num_sets, num_features, 1)) * 3 / np.sqrt(num_features)
    scores = (x @ truth)[..., 0]
    y = (scores + rng.logistic(size=scores.shape) > 0).astype(np.int32)
    n = num_examples
    return Dataset(x[:, :n], y[:, :n], x[:, n:], y[:, n:], 1, f"synthetic, seed {seed}")
