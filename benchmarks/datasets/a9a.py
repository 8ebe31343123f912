"""Incomes above 50,000 dollars a year: LIBSVM's a9a, 32,561 people, 123 yes-or-no features."""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_svmlight_file

from benchmarks.contract import Dataset
from benchmarks.datasets import _files

FILE = "libsvm/a9a"
ORIGIN = (
    "It is the file a9a at https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/binary.html."
)


def missing(root: Path | None) -> str | None:
    return _files.missing(FILE, root, ORIGIN)


def load(root: Path | None) -> Dataset:
    x, y = load_svmlight_file(_files.find(FILE, root, ORIGIN), n_features=123, dtype=np.float32)
    x, y = x.toarray(), (y > 0).astype(np.int32)
    # the test set is another file, which a comparison of solvers does not need
    return Dataset(x, y, x, y, 1, "a9a (LIBSVM; Adult, UCI, 1996)")
