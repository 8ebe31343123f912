"""MNIST, 60,000 + 10,000 images of 28 x 28, ten digits, through tensorflow-datasets."""

from pathlib import Path

from benchmarks.contract import Dataset
from benchmarks.datasets import _tfds


def missing(root: Path | None) -> str | None:
    return _tfds.missing("mnist", root)


def load(root: Path | None) -> Dataset:
    source = "MNIST (LeCun, Cortes, Burges, 1998), pixels / 255"
    host = "storage.googleapis.com"
    return _tfds.load("mnist", root, host=host, source=source, classes=tuple("0123456789"))
