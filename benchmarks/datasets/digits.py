"""Handwritten digits, 1797 images of 8 x 8, ten classes; bundled with scikit-learn."""

from pathlib import Path

from sklearn.datasets import load_digits

from benchmarks.contract import Dataset
from benchmarks.datasets._bundled import split


def missing(root: Path | None) -> str | None:
    return None


def load(root: Path | None) -> Dataset:
    x, y = load_digits(return_X_y=True)
    # pixels count ink in 4 x 4 blocks, 0 to 16
    return split(x / 16, y, classes=10, source="scikit-learn load_digits (UCI, 1998)")
