"""Messages from a worker to its client."""

from enum import Enum
from typing import NamedTuple


class Answer(Enum):
    """Type of an answer: a value, the reason why a task is unsupported, or the text of an error."""

    DONE = "done"
    UNSUPPORTED = "unsupported"
    ERROR = "error"


class Loaded(NamedTuple):
    """Result of loading an implementation.

    Attributes:
        library: distribution name of its library.
        seconds: duration of the import.
    """

    library: str
    seconds: float


class Prepared(NamedTuple):
    """Result of preparing a task.

    Attributes:
        device: name of the device that the task runs on.
        seconds: duration of the preparation: data copied to the device, models and optimizers built.
    """

    device: str
    seconds: float


class Timed(NamedTuple):
    """Result of a timed run. All times are by the worker's clock.

    Attributes:
        seconds: duration of `run`.
        collect: seconds after it until the result was there, as NumPy arrays.
        shortest: seconds of the shortest untimed run directly before; 0 without one.
        total: seconds from the request to the answer.
    """

    seconds: float
    collect: float
    shortest: float
    total: float


class Collected(NamedTuple):
    """Seconds of `collect`, directly after runs and some time after them."""

    at_once: list[float]
    later: list[float]


class Unsupported(Exception):
    """An implementation does not support a task; the message is the reason."""
