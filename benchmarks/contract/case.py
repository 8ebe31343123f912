"""A task with everything that belongs to it."""

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
        task: what is to be done.
        dataset: what was loaded for it.
        arrays: what every implementation gets.
        folder: where `arrays` lie as files.
    """

    task: T
    dataset: Dataset
    arrays: Arrays
    folder: Path
