"""Diabetes among Pima women, 768 patients with 8 measurements (NIDDK, 1990)."""

from pathlib import Path

import numpy as np
from sklearn.datasets import fetch_openml, get_data_home

from benchmarks.contract import Dataset
from benchmarks.datasets import _files

FILE = "pima-indians-diabetes.csv"
ORIGIN = (
    "The same data is data set `diabetes`, version 1, on OpenML, fetched with a network connection."
)


def missing(root: Path | None) -> str | None:
    if any(Path(get_data_home(), "openml").rglob("37*")):  # its number on OpenML
        return None
    return _files.missing(FILE, root, ORIGIN)


def load(root: Path | None) -> Dataset:
    x, y = _from_file(root) if _files.missing(FILE, root, ORIGIN) is None else _from_openml(root)
    low, high = x.min(axis=0), x.max(axis=0)
    # the tutorial adds the small number, to avoid a division by zero
    x = ((x - low) / (high - low + 1e-7)).astype(np.float32)
    # the tutorial has no test set: it evaluates on the training data
    return Dataset(x, y, x, y, 1, "Pima Indians diabetes (NIDDK, 1990), features scaled to [0, 1]")


def _from_file(root: Path | None) -> tuple[np.ndarray, np.ndarray]:
    table = np.loadtxt(_files.find(FILE, root, ORIGIN), delimiter=",")
    return table[:, :-1], table[:, -1].astype(np.int32)


def _from_openml(root: Path | None) -> tuple[np.ndarray, np.ndarray]:
    try:
        found = fetch_openml("diabetes", version=1, as_frame=False, n_retries=1, delay=0.1)
    except OSError as error:
        raise FileNotFoundError(f"{_files.missing(FILE, root, ORIGIN)} ({error})") from None
    return found.data, (found.target == "tested_positive").astype(np.int32)
