"""A line with slope 1 and intercept 2 under normal noise: 100 points."""

from pathlib import Path

import numpy as np

from benchmarks.contract import Dataset


def missing(root: Path | None) -> str | None:
    return None


def load(root: Path | None) -> Dataset:
    rng = np.random.RandomState(777)  # NumPy's old generator, whose draws will not change
    x = np.linspace(0, 1, 100)
    y = (x + rng.normal(2, 0.2, 100)).astype(np.float32)
    features = x.astype(np.float32)[:, None]
    # the tutorial has no test set: it evaluates on the training data
    return Dataset(
        features, y, features, y, 1, "y = x + N(2, 0.2), x on a grid from 0 to 1, seed 777"
    )
