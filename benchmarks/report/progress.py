"""The log of a run: one line that is kept up to date on a terminal, and plain lines elsewhere."""

import sys
from time import monotonic
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

SILENCE = 10.0
"""Seconds without a line after which a plain log also says what is being done, so that it shows life."""

WIDTH_OF_NOW = 44
"""Characters of what is being done, in the line of a terminal with 80 columns."""


class PlainLog:
    """Lines of text.

    Args:
        stream: where they go, by default to the standard error, where they do not mix with results.
    """

    def __init__(self, stream: TextIO | None = None):
        self._stream, self._last = stream, monotonic()

    def __enter__(self) -> "PlainLog":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def __call__(self, text: str) -> None:
        print(text, file=self._stream or sys.stderr, flush=True)
        self._last = monotonic()

    def now(self, text: str) -> None:
        """Tell what is being done, if nothing was told for a while."""
        if monotonic() - self._last >= SILENCE:
            self(f"  {text}")

    def stage(self, number: int, of: int, text: str, left: float) -> None:
        """Tell that a task begins."""
        self(f"[{number}/{of}] {text}{f' ({left / 60:.0f} minutes left)' if number > 1 else ''}")


class LiveLog:
    """What is kept scrolls by; the last line of the terminal tells moment, time done and time left.

    The line is there while the log is entered. It changes with what is told and not by itself: a thread
    that draws it would run beside what is timed.

    Args:
        console: a terminal.
    """

    def __init__(self, console: Console):
        columns = (
            TextColumn("{task.description}", markup=False), BarColumn(12), TimeElapsedColumn(),
            TextColumn("{task.fields[left]}"),
        )  # fmt: skip
        self._bar = Progress(*columns, console=console, transient=True, auto_refresh=False)
        self._task, self._begun = self._bar.add_task("", total=None, left=""), monotonic()

    def __enter__(self) -> "LiveLog":
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def __call__(self, text: str) -> None:
        # reasons come from other programs; do not parse markup
        self._bar.console.print(Text(text))

    def now(self, text: str) -> None:
        """Show what is being done."""
        short = text if len(text) <= WIDTH_OF_NOW else f"{text[: WIDTH_OF_NOW - 1]}…"
        self._bar.update(self._task, description=short, refresh=True)

    def stage(self, number: int, of: int, text: str, left: float) -> None:
        """Keep the task in sight, and move the bar to where the run is."""
        self._bar.console.print(Text(f"[{number}/{of}] {text}", style="bold"))
        done = monotonic() - self._begun
        remaining = f"{left / 60:.0f} min left"
        self._bar.update(
            self._task, completed=done, total=done + left, left=remaining, refresh=True
        )


def progress() -> PlainLog | LiveLog:
    """The log of a run on the standard error, live if that is a terminal."""
    console = Console(stderr=True, highlight=False)
    return LiveLog(console) if console.is_terminal else PlainLog()
