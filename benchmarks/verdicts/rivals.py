"""Comparisons of rows: best rival, startup cost and break-even."""

from collections.abc import Iterable

from benchmarks.contract import Row
from benchmarks.verdicts.intervals import Interval, ratio_to_best, typical


def rivals(row: Row, rows: Iterable[Row]) -> list[Row]:
    """The rows of the same task that use another library, the fastest first."""
    return [r for r in contenders(rows) if r.task == row.task and r.library != row.library]


def contenders(rows: Iterable[Row]) -> list[Row]:
    """The rows with a time that may be the fastest one, the fastest first."""
    return [row for row in ranked(rows) if not row.repeats]


def ranked(rows: Iterable[Row]) -> list[Row]:
    """The rows with a time, the fastest first; a control has no rank."""
    timed = (row for row in rows if row.seconds and not row.is_control)
    return sorted(timed, key=typical_seconds)


def times_best_rival(row: Row, rows: Iterable[Row]) -> Interval | None:
    """How many times as fast as its best rival a row is; None without a rival."""
    found = [rival.seconds_by_process for rival in rivals(row, rows)]
    return ratio_to_best(row.seconds_by_process, found) if found else None


def typical_seconds(row: Row) -> float:
    """Typical seconds of a round of a row that has a time."""
    return typical(row.seconds_by_process)


def compile_seconds(row: Row) -> float:
    """Seconds that the first run took longer than a warm one: tracing, compiling, first allocations."""
    return max(0.0, row.costs["first"] - typical_seconds(row))


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
    first = min((r for r in ranked(rows) if r.task == row.task), key=startup_seconds)
    if first is row:
        return 0.0
    gain = (typical_seconds(first) - typical_seconds(row)) / epochs
    return (startup_seconds(row) - startup_seconds(first)) / gain if gain > 0 else None
