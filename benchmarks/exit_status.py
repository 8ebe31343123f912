"""How a command ends: its exit statuses, and the errors that lead to them."""

from enum import IntEnum


class ExitStatus(IntEnum):
    """What a script learns from a command; a signal adds its number to `SIGNALLED`."""

    DONE = 0
    FAILED = 1
    CANNOT_RUN = 2
    NOT_STORED = 3
    SIGNALLED = 128


MEANINGS = {
    "0": "done: everything that was asked for and is possible here was measured, or agrees",
    "1": "a row failed or did other work, the machine was busy, a lesson differs, nothing could be "
    "measured, or a row of the second run is slower or lost its time",
    "2": "it cannot be done as it was typed: an unknown name, no results, a folder that cannot be used, "
    "runs that cannot be compared",
    "3": "results or output could not be written; the last lines say why, and where results are instead",
    "128 + n": "ended by signal n: 130 is Ctrl-C, 143 SIGTERM, 129 SIGHUP, 141 output without a reader; "
    "what was measured until then is stored",
}
"""What each exit status means, as the help of the command shows it."""


class CannotRun(Exception):
    """What was asked for cannot be done; the message says what was got, what was expected, and a remedy."""


class NotStored(Exception):
    """Results could not be written; the message says where, why, and what to do."""
