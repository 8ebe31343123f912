"""Incomes above 50,000 dollars a year: LIBSVM's a9a, 32,561 people, 123 yes-or-no features."""

import io
from pathlib import Path

import numpy as np
from sklearn.datasets import load_svmlight_file

from benchmarks.contract import Dataset
from benchmarks.datasets._files import KnownFile

FILE = KnownFile(
    "libsvm/a9a",
    32_561,
    "4a64288fba73c4362cf066e219c35663b450f1658867b7ed7bcc1f6accfc4949",
    "It is the file a9a at https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/binary.html.",
)


def missing(root: Path | None) -> str | None:
    return FILE.missing(root)


def load(root: Path | None) -> Dataset:
    lines = "\n".join(FILE.read(root))
    x, y = load_svmlight_file(io.BytesIO(lines.encode()), n_features=123, dtype=np.float32)
    x, y = x.toarray(), (y > 0).astype(np.int32)
    # the test set is another file, which a comparison of solvers does not need
    return Dataset(x, y, x, y, 1, f"a9a (LIBSVM; Adult, UCI, 1996), {len(y):,} people")
