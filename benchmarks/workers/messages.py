"""What goes over the wire between us and a worker."""

from enum import Enum
from typing import NamedTuple


class Answer(Enum):
    """What an answer holds: a value, a reason, or the text of an error."""

    DONE = "done"
    UNSUPPORTED = "unsupported"
    ERROR = "error"


class Loaded(NamedTuple):
    """What loading an implementation told.

    Attributes:
        library: distribution name of its library.
        seconds: how long the import took.
    """

    library: str
    seconds: float


class Prepared(NamedTuple):
    """What preparing a task told.

    Attributes:
        device: where it will run.
        seconds: how long preparing took: data to the device, models and optimisers built.
    """

    device: str
    seconds: float


class Unsupported(Exception):
    """An implementation cannot do a task; the message is the reason."""
