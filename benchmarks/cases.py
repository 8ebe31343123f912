"""Cases: a task with its data set, and its arrays in files that every worker maps."""

import shutil
from pathlib import Path
from typing import Any

from benchmarks.contract import Case, Dataset, Task
from benchmarks.kinds import Kind
from benchmarks.loading import DataFailed, load_dataset
from benchmarks.workers.array_files import save_arrays


class Cases:
    """Makes the cases of a run.

    Args:
        folder: folder for temporary files.
        data: the user's data folder or None.
    """

    def __init__(self, folder: Path, data: Path | None):
        self._folder, self._data = folder, data
        self._loaded: tuple[object, Dataset] | None = None

    def of(self, task: Task, kind: Kind[Any]) -> Case[Task]:
        """The case of a task.

        Raises:
            DataMissing: if its data set is not here; the message says why.
            DataFailed: if it cannot be loaded, or the arrays cannot be written.
        """
        dataset = self._dataset(task)
        arrays = kind.build(task, dataset)
        folder = self._folder / task.name
        try:
            save_arrays(arrays, folder)
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise DataFailed(
                f"the arrays of the task cannot be written to {folder.parent} ({error.strerror or error}): "
                "make room there, or set TMPDIR to another folder"
            ) from None
        return Case(task, dataset, arrays, folder)

    def _dataset(self, task: Task) -> Dataset:
        # neighbouring tasks often share a data set; one is kept
        key = (task.dataset, tuple(task.options.items()))
        if self._loaded is None or self._loaded[0] != key:
            self._loaded = (key, load_dataset(task, self._data))
        return self._loaded[1]
