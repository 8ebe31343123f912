"""Examples to train on and to test on."""

from typing import NamedTuple

import numpy as np


class Dataset(NamedTuple):
    """What a data set file loads.

    Such a file has two functions. `missing(root) -> str | None` says, without reading or downloading
    anything, why the data cannot be loaded, or None. `load(root, **options) -> Dataset` loads it.
    `root` is the user's data folder or None.

    Attributes:
        x, x_test: float32 `[examples, features]`, or `[models, examples, features]` where each data
            set has a model of its own.
        y, y_test: float32 for regression, int32 class indices for classification, `[examples]`, or
            `[models, examples]` where each target has a model of its own.
        num_outputs: 1, or the number of classes if there are more than two.
        source: where the data is from, for the report.
        feature_name, target_name: what x[:, 0] and y are, with units, for pictures.
        class_names: for pictures.
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
