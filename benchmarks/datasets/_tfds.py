"""Image data sets prepared by tensorflow-datasets, read without TensorFlow and decoded once.

The data comes from the first of these that has it: the user's data folder (its `tfds/` or itself), the
folder of tensorflow-datasets (`TFDS_DATA_DIR`, else `~/tensorflow_datasets`), a download. Decoding 60,000
images takes seconds, so the decoded bytes are kept in the user's cache folder, with their checksums.

tensorflow-datasets is imported inside functions, because importing it takes seconds: only a download and
the first decoding need it. `missing` says whether it is installed.
"""

import hashlib
import importlib.util
import json
import os
import shutil
import socket
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

from benchmarks.contract import Dataset, UnusableData
from benchmarks.exit_status import CannotRun
from benchmarks.storage.locks import locked
from benchmarks.storage.scratch import Scratch

VERSION = "3.0.1"
EXAMPLES = {"train": 60_000, "test": 10_000}
"""Images of each split, in both data sets."""

ARRAYS = ("x", "y", "x_test", "y_test")


def missing(name: str, root: Path | None) -> str | None:
    """The reason why `name` cannot be read on this machine, or None."""
    reasons = []
    if _find(name, root) is None:
        folders = ", ".join(str(folder) for folder in _folders(root))
        reasons.append(
            f"{name} {VERSION} (array_record) is in none of {folders}. Three ways to get it: point "
            "--data-dir or LOGREG_JAX_DATA at a folder that has it; prepare it with "
            f"tfds.builder('{name}', file_format='array_record').download_and_prepare(); or run with a "
            "network connection, and it is downloaded."
        )
    if not _installed():
        reasons.append(
            f"{name} is read by tensorflow-datasets, which this Python does not have: "
            "pip install tensorflow-datasets."
        )
    return " ".join(reasons) or None


def _installed() -> bool:
    return importlib.util.find_spec("tensorflow_datasets") is not None


def load(
    name: str, root: Path | None, *, host: str, source: str, classes: tuple[str, ...]
) -> Dataset:
    """All images as float32 pixels / 255, `[examples, 784]`, and their int32 labels.

    Args:
        name: data set name in tensorflow-datasets.
        root: the user's data folder or None.
        host: host of the download; nothing is downloaded unless it answers.
        source, classes: origin of the data, names of the classes; for the report.

    Raises:
        FileNotFoundError: if the data is not found and cannot be downloaded; says how to get it.
        UnusableData: if it is damaged, or cannot be kept decoded.
    """
    if not _installed():
        raise FileNotFoundError(missing(name, root))
    prepared = _find(name, root) or _download(name, root, host)
    folder = _decoded(name, prepared)
    x, y, x_test, y_test = (np.load(folder / f"{array}.npy", mmap_mode="r") for array in ARRAYS)
    x, x_test = (np.divide(images, 255, dtype=np.float32) for images in (x, x_test))
    y, y_test = y.astype(np.int32), y_test.astype(np.int32)
    return Dataset(x, y, x_test, y_test, 10, source, "pixel", "class", classes)


def _folders(root: Path | None) -> list[Path]:
    default = Path(os.environ.get("TFDS_DATA_DIR", "~/tensorflow_datasets")).expanduser()
    return [default] if root is None else [root / "tfds", root, default]


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "logreg_jax"


def _find(name: str, root: Path | None) -> Path | None:
    """The folder of tensorflow-datasets that holds `name` as array_record, or None."""
    for folder in _folders(root):
        if any((folder / name / VERSION).glob(f"{name}-train.array_record*")):
            return folder
    return None


def _download(name: str, root: Path | None, host: str) -> Path:
    # connects once first, since tensorflow-datasets retries an unreachable host for minutes
    try:
        socket.create_connection((host, 443), timeout=5).close()
    except OSError as error:
        raise FileNotFoundError(
            f"{missing(name, root)} ({host} does not answer: {error})"
        ) from None
    import tensorflow_datasets as tfds

    folder = _folders(None)[0]
    print(f"downloading {name} to {folder}")
    builder = tfds.builder(f"{name}:{VERSION}", data_dir=folder, file_format="array_record")
    builder.download_and_prepare()  # shows its own progress bars
    return folder


def _decoded(name: str, prepared: Path) -> Path:
    """The cache folder with the decoded arrays of the data set in `prepared`; decodes it if needed."""
    source = prepared / name / VERSION
    try:
        info = (source / "dataset_info.json").read_bytes()
    except OSError as error:
        raise _damaged(source, f"dataset_info.json: {error.strerror}") from None
    # with a digest of the description, so that another preparation gets another folder
    key = f"{name}-{VERSION}-{hashlib.sha256(info).hexdigest()[:12]}"
    folder = _cache() / key
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with locked(folder.parent):  # of two runs, one decodes
            if not _is_intact(folder):
                _decode_to(folder, name, prepared)
    except (OSError, CannotRun) as error:
        raise UnusableData(
            f"got {_cache()}, in which the decoded images cannot be kept ({error}); expected a folder with "
            "60 MB of space. Make room in it, or set XDG_CACHE_HOME to another one."
        ) from None
    return folder


def _decode_to(folder: Path, name: str, prepared: Path) -> None:
    with Scratch(folder.parent) as scratch:
        _decode(name, prepared, scratch.path)
        # a rename is atomic: other processes see the whole folder or none
        if folder.is_dir():
            shutil.rmtree(folder)
        else:
            folder.unlink(missing_ok=True)
        scratch.path.rename(folder)


def _decode(name: str, prepared: Path, into: Path) -> None:
    import tensorflow_datasets as tfds

    for split, suffix in (("train", ""), ("test", "_test")):
        try:
            images = tfds.data_source(name, split=split, data_dir=str(prepared), download=False)
            x, y = _arrays(images, f"decoding {name} {split}")
        except (OSError, ValueError, RuntimeError) as error:
            raise _damaged(prepared / name / VERSION, f"{split}: {error}") from None
        if len(y) != EXAMPLES[split]:
            raise _damaged(prepared / name / VERSION, f"{split}: {len(y):,} images")
        np.save(into / f"x{suffix}.npy", x)
        np.save(into / f"y{suffix}.npy", y)
    digests = {array: _digest(into / f"{array}.npy") for array in ARRAYS}
    (into / "sha256.json").write_text(json.dumps(digests), encoding="utf-8")


def _arrays(images: Any, description: str) -> tuple[np.ndarray, np.ndarray]:
    x = np.empty((len(images), 28 * 28), np.uint8)
    y = np.empty(len(images), np.uint8)
    for i in track(range(len(images)), description=description):
        example = images[i]
        x[i], y[i] = example["image"].ravel(), example["label"]
    return x, y


def _damaged(source: Path, reason: str) -> UnusableData:
    counts = " and ".join(f"{count:,} {split}" for split, count in EXAMPLES.items())
    return UnusableData(
        f"got {source}, which is damaged ({reason}); expected {counts} images, as tensorflow-datasets "
        "prepared them. Remove that folder and prepare the data set again."
    )


def _is_intact(folder: Path) -> bool:
    try:
        digests = json.loads((folder / "sha256.json").read_bytes())
        return isinstance(digests, dict) and digests == {
            array: _digest(folder / f"{array}.npy") for array in ARRAYS
        }
    except (OSError, ValueError):
        return False


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
