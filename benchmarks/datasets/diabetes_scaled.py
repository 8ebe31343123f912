"""The Pima data in the form of a course: 759 rows, features in [-1, 1], label 1 for *not* diabetic."""

from pathlib import Path

import numpy as np

from benchmarks.contract import Dataset
from benchmarks.datasets import _files

FILE = "data-03-diabetes.csv"
ORIGIN = "It is in the course Deep Learning Zero to All (hunkim/DeepLearningZeroToAll)."


def missing(root: Path | None) -> str | None:
    return _files.missing(FILE, root, ORIGIN)


def load(root: Path | None) -> Dataset:
    table = np.loadtxt(_files.find(FILE, root, ORIGIN), delimiter=",", dtype=np.float32)
    x, y = table[:, :-1], table[:, -1].astype(np.int32)
    # the tutorial has no test set: it evaluates on the training data
    return Dataset(x, y, x, y, 1, "Pima data, scaled, label inverted (Deep Learning Zero to All)")
