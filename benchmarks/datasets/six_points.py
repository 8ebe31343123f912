"""Six points in the plane, separable by a line, and a test point."""

from pathlib import Path

import numpy as np

from benchmarks.contract import Dataset


def missing(root: Path | None) -> str | None:
    return None


def load(root: Path | None) -> Dataset:
    x = np.array([[1, 2], [2, 3], [3, 1], [4, 3], [5, 3], [6, 2]], np.float32)
    y = np.array([0, 0, 0, 1, 1, 1], np.int32)
    x_test, y_test = np.array([[5, 2]], np.float32), np.array([1], np.int32)
    return Dataset(x, y, x_test, y_test, 1, "six points, given in the tutorial")
