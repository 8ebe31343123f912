"""Two normal clouds on a line, at 4 and at 0: 1,000 points."""

from pathlib import Path

import numpy as np

from benchmarks.contract import Dataset


def missing(root: Path | None) -> str | None:
    return None


def load(root: Path | None) -> Dataset:
    rng = np.random.RandomState(42)  # NumPy's old generator, whose draws will not change
    x = rng.normal(size=1000)
    x[:500] += 4
    y = (np.arange(1000) < 500).astype(np.int32)
    order = np.arange(1000)
    rng.shuffle(order)
    features, y = x[order].astype(np.float32)[:, None], y[order]
    # the tutorial has no test set: it evaluates on the training data
    return Dataset(features, y, features, y, 1, "N(4, 1) against N(0, 1), 500 points each, seed 42")
