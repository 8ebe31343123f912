"""A task with its data set and arrays."""

from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from .arrays import Arrays
from .dataset import Dataset
from .tasks import Task

T = TypeVar("T", bound=Task, covariant=True)


@dataclass(frozen=True)
class Case(Generic[T]):
    """A task, ready to be given to implementations.

    Attributes:
        task: the task.
        dataset: its data set, loaded.
        arrays: the arrays that every implementation gets.
        folder: folder where `arrays` are stored as files.
    """

    task: T
    dataset: Dataset
    arrays: Arrays
    folder: Path
