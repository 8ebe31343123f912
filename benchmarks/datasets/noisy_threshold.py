"""One feature and a threshold at zero, with noise on the label: 300 points."""

from pathlib import Path

import numpy as np

from benchmarks.contract import Dataset


def missing(root: Path | None) -> str | None:
    return None


def load(root: Path | None) -> Dataset:
    rng = np.random.RandomState(7777)  # NumPy's old generator, whose draws will not change
    x = rng.normal(size=300)
    y = (x + 0.2 * rng.normal(size=300) >= 0).astype(np.int32)
    # the tutorial's test points are a grid without labels; here they get those of the true threshold
    grid = np.linspace(x.min(), x.max(), 100)
    features, x_test = (a.astype(np.float32)[:, None] for a in (x, grid))
    source = "x ~ N(0, 1), y = [x + 0.2 N(0, 1) >= 0], seed 7777"
    return Dataset(features, y, x_test, (x_test[:, 0] >= 0).astype(np.int32), 1, source)
