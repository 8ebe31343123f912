"""The interface of the files in `frameworks/`, each of them one way to write a kind of task."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeVar, runtime_checkable

import numpy as np

from .arrays import Arrays
from .tasks import Task

T = TypeVar("T", bound=Task, contravariant=True)


class Outcome(NamedTuple):
    """Result of a training or a solve. For many models, all arrays have a leading axis `[models]`.

    Attributes:
        weights: final weights, `[outputs, features]`.
        bias: final bias, `[outputs]`.
        losses: loss of each step's batch before the step, `[steps]`; None for a solve, and where the
            framework's own training loop does not report it.
        epoch_losses: mean of the batch losses of each epoch, weighted by batch size, `[epochs]`, where
            the framework's own training loop reports these instead.
        converged: of a solve whose tolerance is the relative gap: whether the solver says that it has
            reached it, a boolean `[]`; None for all others.
    """

    weights: np.ndarray
    bias: np.ndarray
    losses: np.ndarray | None = None
    epoch_losses: np.ndarray | None = None
    converged: np.ndarray | None = None


def _unchanged(given: Any) -> Any:
    return given


@dataclass(frozen=True)
class Runner:
    """A prepared task.

    Attributes:
        run: timed. Returns only when the device has finished. For a training, takes the parameters that
            this call starts from, as `place` returned them: rounds have starts that `prepare` did not
            see. For a solve, takes `tol` as the solver's own tolerance.
        collect: not timed. Converts what `run` returned to NumPy: an `Outcome`; of the judge a
            `Judgement`.
        device: name of the device it runs on, such as "cpu" or "NVIDIA H200".
        peak_device_bytes: returns the peak memory of the accelerator so far; None where the framework
            does not report it.
        place: not timed. Converts each input of `run`, such as a `Start`, to what `run` takes.
        use_threads: not timed. Sets the number of threads that the library computes with; the suite tries
            which number is fastest. None where it is fixed when the process starts, or is no choice.
    """

    run: Callable[..., Any]
    collect: Callable[[Any], Any]
    device: str = "cpu"
    peak_device_bytes: Callable[[], int] | None = None
    place: Callable[[Any], Any] = _unchanged
    use_threads: Callable[[int], None] | None = None


@runtime_checkable
class Implementation(Protocol[T]):
    """A file in `frameworks/`. Its rows are skipped, with a reason, if an import is not installed."""

    LIBRARY: str
    """Distribution name, such as "torch". Rows of the same library are not each other's rivals."""

    KIND: str
    """The kind of task that it runs: the name of a file in `kinds/`."""

    def unsupported(self, task: T) -> str | None:
        """The reason why this task cannot be run here, or None."""
        ...

    def prepare(self, task: T, arrays: Arrays) -> Runner:
        """Copy the data to the device and build what `run` executes.

        Raises:
            NotImplementedError: with the reason, if the arrays show that this task is not supported.
        """
        ...


@runtime_checkable
class Reference(Implementation[T], Protocol[T]):
    """An implementation that others are compared with."""

    def prepare_float32(self, task: T, arrays: Arrays) -> Runner:
        """The same steps in float32, which show how far rounding alone leads from the reference."""
        ...
