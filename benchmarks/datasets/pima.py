"""Diabetes among Pima women, 768 patients with 8 measurements (NIDDK, 1990)."""

import zlib
from pathlib import Path

import numpy as np
from sklearn.datasets import fetch_openml, get_data_home

from benchmarks.contract import Dataset, UnusableData
from benchmarks.datasets._files import KnownFile

FILE = KnownFile(
    "pima-indians-diabetes.csv",
    768,
    "6bfe5d0f379d17a0e0819b996407e3c09bf80febd4287f2ed212190dfff154af",
    "The same data is data set `diabetes`, version 1, on OpenML, fetched with a network connection.",
)
PATIENTS, FEATURES, DIABETIC = 768, 8, 268
REMEDY = "expected OpenML's diabetes, 768 patients, 268 diabetic. Remove that folder; it is fetched again."


def missing(root: Path | None) -> str | None:
    return None if _is_fetched() else FILE.missing(root)


def _is_fetched() -> bool:
    """Whether scikit-learn's cache has it."""
    try:
        return any(Path(get_data_home(), "openml").rglob("37*"))  # its number on OpenML
    except OSError:
        return False  # scikit-learn makes the folder, which is not possible everywhere


def load(root: Path | None) -> Dataset:
    x, y = _from_file(root) if FILE.missing(root) is None else _from_openml(root)
    low, high = x.min(axis=0), x.max(axis=0)
    # the tutorial adds the small number, to avoid a division by zero
    x = ((x - low) / (high - low + 1e-7)).astype(np.float32)
    # the tutorial has no test set: it evaluates on the training data
    source = f"Pima Indians diabetes (NIDDK, 1990), {len(y)} patients, features scaled to [0, 1]"
    return Dataset(x, y, x, y, 1, source)


def _from_file(root: Path | None) -> tuple[np.ndarray, np.ndarray]:
    table = np.loadtxt(FILE.read(root), delimiter=",")
    return table[:, :-1], table[:, -1].astype(np.int32)


def _from_openml(root: Path | None) -> tuple[np.ndarray, np.ndarray]:
    try:
        found = fetch_openml("diabetes", version=1, as_frame=False, n_retries=1, delay=0.1)
    except OSError as error:
        raise FileNotFoundError(f"{FILE.missing(root)} ({error})") from None
    except (ValueError, EOFError, zlib.error) as error:  # a damaged file in the cache
        raise UnusableData(f"got {_cache()}, which cannot be read ({error}); {REMEDY}") from None
    x, y = found.data, (found.target == "tested_positive").astype(np.int32)
    if (*x.shape, y.sum()) != (PATIENTS, FEATURES, DIABETIC):
        raise UnusableData(f"got {len(y)} patients, {y.sum()} diabetic, from {_cache()}; {REMEDY}")
    return x, y


def _cache() -> Path:
    return Path(get_data_home(), "openml")
