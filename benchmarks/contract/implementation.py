"""What a file in `frameworks/` has to be: one way to write a kind of task."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeVar, runtime_checkable

import numpy as np

from .arrays import Arrays
from .tasks import Task

T = TypeVar("T", bound=Task, contravariant=True)


class Outcome(NamedTuple):
    """What a training or a solve gave. All arrays of many models have a first axis `[models]`.

    Attributes:
        weights: `[outputs, features]`.
        bias: `[outputs]`.
        losses: loss of each step's batch before the step, `[steps]`; None of a solve, and where the
            framework's own training loop does not give it.
        epoch_losses: mean of these over each epoch, weighted by the examples in the batch,
            `[epochs]`, where the framework's own loop gives that instead.
    """

    weights: np.ndarray
    bias: np.ndarray
    losses: np.ndarray | None = None
    epoch_losses: np.ndarray | None = None


@dataclass(frozen=True)
class Runner:
    """A prepared task.

    Attributes:
        run: timed. Starts from the start of `arrays` on every call and returns only when the device
            has finished. Of a solve it takes the tolerance, which it puts in the place of the
            solver's own.
        collect: not timed. Turns what `run` returned into NumPy: an `Outcome`, or what a judge says.
        device: where it runs, such as "cpu" or "NVIDIA H200".
        peak_device_bytes: peak memory of an accelerator so far, where the framework knows it.
    """

    run: Callable[..., Any]
    collect: Callable[[Any], Any]
    device: str = "cpu"
    peak_device_bytes: Callable[[], int] | None = None


@runtime_checkable
class Implementation(Protocol[T]):
    """A file in `frameworks/`. Its imports may fail: then its rows are skipped with that reason."""

    LIBRARY: str
    """Distribution name, such as "torch". Rows of the same library are not each other's rivals."""

    KIND: str
    """The kind of task it is for: the name of a file in `kinds/`."""

    def unsupported(self, task: T) -> str | None:
        """Why this task cannot be run here, or None."""
        ...

    def prepare(self, task: T, arrays: Arrays) -> Runner:
        """Put the data where it is needed and build what `run` executes.

        Raises:
            NotImplementedError: with the reason, if the arrays show that this task is not for it.
        """
        ...
