"""The arrays of a task as read-only files: all workers share one copy, and none can change it."""

from pathlib import Path

import numpy as np

from benchmarks.contract import Arrays


def save_arrays(arrays: Arrays, folder: Path) -> None:
    """Write the arrays to `folder`, one `.npy` each."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in arrays._asdict().items():
        if value is not None:
            np.save(folder / f"{name}.npy", value)


def open_arrays(folder: str | Path) -> Arrays:
    """The arrays in `folder`, memory-mapped."""
    found = {path.stem: np.load(path, mmap_mode="r") for path in Path(folder).glob("*.npy")}
    steps = int(found.pop("steps"))
    return Arrays(**{"plan": None, **found}, steps=steps)
