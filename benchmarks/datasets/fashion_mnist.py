"""Fashion-MNIST, 60,000 + 10,000 images of 28 x 28, ten garments, through tensorflow-datasets."""

from pathlib import Path

from benchmarks.contract import Dataset
from benchmarks.datasets import _tfds

CLASSES = (
    "T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot",
)  # fmt: skip


def missing(root: Path | None) -> str | None:
    return _tfds.missing("fashion_mnist", root)


def load(root: Path | None) -> Dataset:
    source = "Fashion-MNIST (Xiao, Rasul, Vollgraf, 2017), pixels / 255"
    host = "fashion-mnist.s3-website.eu-central-1.amazonaws.com"
    return _tfds.load("fashion_mnist", root, host=host, source=source, classes=CLASSES)
