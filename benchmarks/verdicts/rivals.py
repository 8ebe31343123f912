"""Rows against each other: the best rival, what a start costs, and when it has paid."""

from collections.abc import Iterable

import numpy as np

from benchmarks.contract import Row


def best_rival(row: Row, rows: Iterable[Row]) -> Row | None:
    """The fastest row of the same task that uses another library, or None."""
    rivals = [r for r in rows if r.task == row.task and r.library != row.library and r.seconds]
    return min(rivals, key=lambda r: np.median(r.seconds), default=None)


def compile_seconds(row: Row) -> float:
    """What the first run took longer than a warm one: tracing, compiling, first allocations."""
    return max(0.0, row.costs["first"] - float(np.median(row.seconds)))


def start_seconds(row: Row) -> float:
    """Everything that is paid once: import, transfer, compilation."""
    return row.costs["import"] + row.costs["transfer"] + compile_seconds(row)


def break_even(row: Row, rows: Iterable[Row], epochs: int) -> float | None:
    """Epochs after which `row` has overtaken the row of its task that starts soonest.

    Args:
        row: with timings.
        rows: all rows of the task; those without timings do not count.
        epochs: of a run.

    Returns:
        Epochs, 0 for the row that starts soonest itself, None if it never overtakes it.
    """
    first = min((r for r in rows if r.task == row.task and r.seconds), key=start_seconds)
    if first is row:
        return 0.0
    gain = (np.median(first.seconds) - np.median(row.seconds)) / epochs
    return (start_seconds(row) - start_seconds(first)) / float(gain) if gain > 0 else None
