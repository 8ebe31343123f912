"""Comparisons of rows: best rival, startup cost and break-even."""

from collections.abc import Iterable

import numpy as np

from benchmarks.contract import Row


def best_rival(row: Row, rows: Iterable[Row]) -> Row | None:
    """The fastest row of the same task that uses another library, or None."""
    rivals = [r for r in rows if r.task == row.task and r.library != row.library and r.seconds]
    return min(rivals, key=lambda r: np.median(r.seconds), default=None)


def compile_seconds(row: Row) -> float:
    """Seconds that the first run took longer than a warm one: tracing, compiling, first allocations."""
    return max(0.0, row.costs["first"] - float(np.median(row.seconds)))


def startup_seconds(row: Row) -> float:
    """Startup cost, paid once: import, transfer, compilation."""
    return row.costs["import"] + row.costs["transfer"] + compile_seconds(row)


def break_even(row: Row, rows: Iterable[Row], epochs: int) -> float | None:
    """Epochs after which `row` has taken less time in total than the row with the shortest startup.

    Args:
        row: a row with timings.
        rows: all rows of the task; those without timings do not count.
        epochs: number of epochs of a run.

    Returns:
        Number of epochs after which the total time, startup included, is below that of the row with the
        shortest startup; 0 for that row itself, None if it never is.
    """
    first = min((r for r in rows if r.task == row.task and r.seconds), key=startup_seconds)
    if first is row:
        return 0.0
    gain = (np.median(first.seconds) - np.median(row.seconds)) / epochs
    return (startup_seconds(row) - startup_seconds(first)) / float(gain) if gain > 0 else None
