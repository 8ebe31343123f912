"""Loading the data set of a task: what cannot be had is a reason, and never ends a run."""

import sys
import traceback
from pathlib import Path

from benchmarks import registry
from benchmarks.contract import Dataset, Task, UnusableData


class DataMissing(Exception):
    """A data set is not here; the message says why, and how to get it."""


class DataFailed(Exception):
    """A data set is here and cannot be used; the message says why, and what to do."""


def load_dataset(task: Task, root: Path | None) -> Dataset:
    """The data set of a task.

    Args:
        task: names the data set and its options.
        root: the user's data folder or None.

    Raises:
        DataMissing: if it is not here.
        DataFailed: if it is damaged, or if loading it fails in any other way.
    """
    missing = registry.missing_imports("datasets", task.dataset)
    if missing is not None:
        raise DataMissing(f"the data set {task.dataset} {missing}")
    module = registry.load("datasets", task.dataset)
    try:
        dataset: Dataset = module.load(root, **task.options)
    except FileNotFoundError as error:
        raise DataMissing(str(error)) from None
    except UnusableData as error:
        raise DataFailed(str(error)) from None
    except Exception as error:
        # Data set files are plugins: like an implementation in its worker, one that fails costs its own
        # tasks, and its traceback is for its author.
        traceback.print_exc(file=sys.stderr)
        name = type(error).__name__
        raise DataFailed(f"the data set {task.dataset} cannot be loaded: {name}: {error}") from None
    return dataset
