"""Rounds on a busy machine: they are repeated, and if the machine stays busy the timing ends."""

from collections.abc import Callable
from time import sleep
from typing import TypeVar

from benchmarks.machine.load import Disturbance, Watch

T = TypeVar("T")

PATIENCE = 10
"""Disturbed rounds that are repeated at least; beyond them, as many as there were rounds in peace."""

PAUSE = 1.0
"""Seconds before a round is repeated, since what disturbs is often over soon."""


class MachineBusy(Exception):
    """Other programs kept the machine too busy to time anything; the message says which."""


class Peace:
    """Repeats what was disturbed.

    Args:
        watch: looks at the load.
    """

    def __init__(self, watch: Watch):
        self.watch = watch
        self.undisturbed = self.disturbed = 0

    def timed(self, call: Callable[[], T]) -> T:
        """What `call` returns when nothing disturbs it; it may be called again and again.

        Raises:
            MachineBusy: if it was disturbed too often.
        """
        while True:
            self.watch.start()
            result = call()
            disturbance = self.watch.disturbed()
            if disturbance is None:
                self.undisturbed += 1
                return result
            self.disturbed += 1
            if self.disturbed > PATIENCE + self.undisturbed:
                raise MachineBusy(_message(disturbance, self.disturbed))
            sleep(PAUSE)


def _message(disturbance: Disturbance, rounds: int) -> str:
    return (
        f"the machine was busy in {rounds} rounds, in the last of them {disturbance}. End these programs "
        "and run the task again, or allow them more with --load-limit"
    )
