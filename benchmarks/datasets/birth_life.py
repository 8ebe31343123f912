"""Births per woman and life expectancy in years, 190 countries, 2010."""

from pathlib import Path

import numpy as np

from benchmarks.contract import Dataset
from benchmarks.datasets._files import KnownFile

FILE = KnownFile(
    "birth_life_2010.txt",
    191,
    "f39562acde2a2cc280bc65f4289f95cbe5f3e75d0b4031744c043eece5833e74",
    "It is in Stanford's course CS20, examples/data (chiphuyen/stanford-tensorflow-tutorials).",
)


def missing(root: Path | None) -> str | None:
    return FILE.missing(root)


def load(root: Path | None) -> Dataset:
    lines = FILE.read(root)[1:]
    numbers = np.array([line.split("\t")[1:3] for line in lines], np.float32)
    x, y = numbers[:, :1], numbers[:, 1]
    source = f"births per woman and life expectancy 2010, {len(y)} countries (CS20)"
    # the tutorial has no test set: it evaluates on the training data
    return Dataset(
        x, y, x, y, 1, source,
        feature_name="births per woman", target_name="life expectancy, years",
    )  # fmt: skip
