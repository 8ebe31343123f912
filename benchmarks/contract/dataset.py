"""Training and test examples, and the functions of a data set file."""

from typing import NamedTuple

import numpy as np


class UnusableData(Exception):
    """A data file is not what it should be; the message names the file, what was expected, and a remedy."""


class Dataset(NamedTuple):
    """A loaded data set.

    A file in `datasets/` has two functions. `missing(root) -> str | None` returns the reason why the data
    cannot be loaded, or None, without reading or downloading anything. `load(root, **options) -> Dataset`
    loads it, and raises `FileNotFoundError` if it is not there and `UnusableData` if it is not what it
    should be. `root` is the user's data folder or None.

    Attributes:
        x, x_test: float32 `[examples, features]`, or `[models, examples, features]` for many data sets
            with a model each.
        y, y_test: float32 for regression, int32 class indices for classification, `[examples]`, or
            `[models, examples]` for many targets with a model each.
        num_outputs: 1, or the number of classes if there are more than two.
        source: origin of the data, for the report.
        feature_name, target_name: names of x[:, 0] and y, with units, for pictures.
        class_names: names of the classes, for pictures.
    """

    x: np.ndarray
    y: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    num_outputs: int
    source: str
    feature_name: str = "feature"
    target_name: str = "target"
    class_names: tuple[str, ...] = ("0", "1")
