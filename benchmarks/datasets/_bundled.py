"""Fixed split and float32 features of the data sets bundled with scikit-learn."""

import numpy as np
from sklearn.model_selection import train_test_split

from benchmarks.contract import Dataset

TEST_SHARE = 0.2
SEED = 0


def split(x: np.ndarray, y: np.ndarray, *, classes: int | None, source: str) -> Dataset:
    """Split into 80% training and 20% test examples, always the same ones; stratified for classes.

    Args:
        x: features `[examples, features]`.
        y: targets `[examples]`.
        classes: number of classes, or None for regression.
        source: origin of the data.
    """
    x_train, x_test, y_train, y_test = train_test_split(
        x, y, test_size=TEST_SHARE, random_state=SEED, stratify=None if classes is None else y
    )
    target = np.float32 if classes is None else np.int32
    outputs = classes if classes is not None and classes > 2 else 1
    return Dataset(
        x_train.astype(np.float32), y_train.astype(target),
        x_test.astype(np.float32), y_test.astype(target),
        outputs, source,
    )  # fmt: skip


def standardize(dataset: Dataset) -> Dataset:
    """The data set with features of mean 0 and variance 1 over the training examples."""
    mean = dataset.x.mean(axis=0, dtype=np.float64)
    scale = dataset.x.std(axis=0, dtype=np.float64)
    x, x_test = (((a - mean) / scale).astype(np.float32) for a in (dataset.x, dataset.x_test))
    return dataset._replace(x=x, x_test=x_test)
