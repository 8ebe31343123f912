"""Wisconsin breast cancer, 569 tumours with 30 measurements, two classes; bundled with scikit-learn."""

from pathlib import Path

from sklearn.datasets import load_breast_cancer

from benchmarks.contract import Dataset
from benchmarks.datasets._bundled import split, standardize


def missing(root: Path | None) -> str | None:
    return None


def load(root: Path | None) -> Dataset:
    x, y = load_breast_cancer(return_X_y=True)
    source = "scikit-learn load_breast_cancer (UCI, 1995), standardised"
    return standardize(split(x, y, classes=2, source=source))
