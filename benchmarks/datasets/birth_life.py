"""Births per woman and life expectancy in years, 190 countries, 2010."""

from pathlib import Path

import numpy as np

from benchmarks.contract import Dataset
from benchmarks.datasets import _files

FILE = "birth_life_2010.txt"
ORIGIN = "It is in Stanford's course CS20, examples/data (chiphuyen/stanford-tensorflow-tutorials)."


def missing(root: Path | None) -> str | None:
    return _files.missing(FILE, root, ORIGIN)


def load(root: Path | None) -> Dataset:
    lines = _files.find(FILE, root, ORIGIN).read_text().splitlines()[1:]
    numbers = np.array([line.split("\t")[1:3] for line in lines], np.float32)
    x, y = numbers[:, :1], numbers[:, 1]
    source = "births per woman and life expectancy 2010, 190 countries (CS20)"
    # the tutorial has no test set: it evaluates on the training data
    return Dataset(
        x, y, x, y, 1, source,
        feature_name="births per woman", target_name="life expectancy, years",
    )  # fmt: skip
