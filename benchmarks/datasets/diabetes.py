"""Diabetes progression, 442 patients with 10 measurements, a real target; bundled with scikit-learn."""

from pathlib import Path

from sklearn.datasets import load_diabetes

from benchmarks.contract import Dataset
from benchmarks.datasets._bundled import split, standardize


def missing(root: Path | None) -> str | None:
    return None


def load(root: Path | None) -> Dataset:
    x, y = load_diabetes(return_X_y=True, scaled=False)
    source = "scikit-learn load_diabetes (Efron et al., 2004), standardised"
    return standardize(split(x, y, classes=None, source=source))
