"""Signals that ask a run to end: they are raised as exceptions, and wait while a file is written."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

Handler = Callable[[int, FrameType | None], object] | int | signal.Handlers | None

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(KeyboardInterrupt):
    """The run was asked to end.

    Attributes:
        signal: the signal.
    """

    def __init__(self, number: int):
        self.signal = signal.Signals(number)
        super().__init__(self.signal.name)


@contextmanager
def signals_raise() -> Iterator[None]:
    """Let the signals raise `Interrupted` inside the block, unless they are ignored, as under nohup."""

    def interrupt(number: int, _: FrameType | None) -> None:
        raise Interrupted(number)

    before = _replace_handlers(interrupt)
    try:
        yield
    finally:
        _restore_handlers(before)


@contextmanager
def held_back() -> Iterator[None]:
    """Let signals that arrive inside the block have their effect at its end."""
    arrived: list[int] = []
    before = _replace_handlers(lambda number, _: arrived.append(number))
    try:
        yield
    finally:
        _restore_handlers(before)
        if arrived:
            signal.raise_signal(arrived[0])


def _replace_handlers(handler: Handler) -> dict[int, Handler]:
    """Install a handler for the signals that are not ignored; those that were there before."""
    if threading.current_thread() is not threading.main_thread():
        return {}  # only the main thread gets signals
    before: dict[int, Handler] = {}
    for number in SIGNALS:
        known = signal.getsignal(number)
        # None is a handler that was not installed from Python, and could not be restored
        if known not in (signal.SIG_IGN, None):
            before[number] = signal.signal(number, handler)
    return before


def _restore_handlers(before: dict[int, Handler]) -> None:
    for number, handler in before.items():
        signal.signal(number, handler)
