"""The Pima data in the form of a course: 759 rows, features in [-1, 1], label 1 for *not* diabetic."""

from pathlib import Path

import numpy as np

from benchmarks.contract import Dataset
from benchmarks.datasets._files import KnownFile

FILE = KnownFile(
    "data-03-diabetes.csv",
    759,
    "0e0d4309d9728ef532622ccba59c42303cc53875d6cc3bf4d56e9508630aea08",
    "It is in the course Deep Learning Zero to All (hunkim/DeepLearningZeroToAll).",
)


def missing(root: Path | None) -> str | None:
    return FILE.missing(root)


def load(root: Path | None) -> Dataset:
    table = np.loadtxt(FILE.read(root), delimiter=",", dtype=np.float32)
    x, y = table[:, :-1], table[:, -1].astype(np.int32)
    # the tutorial has no test set: it evaluates on the training data
    source = f"Pima data, scaled, label inverted (Deep Learning Zero to All), {len(y)} patients"
    return Dataset(x, y, x, y, 1, source)
