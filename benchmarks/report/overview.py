"""The first thing to read of a run: what is fastest in each task, by how much, and how sure that is."""

from collections import Counter
from dataclasses import dataclass

from benchmarks.contract import Column, Record, Row
from benchmarks.verdicts import text
from benchmarks.verdicts.intervals import Interval
from benchmarks.verdicts.noise_floor import noise_floor
from benchmarks.verdicts.rivals import contenders, rivals, times_best_rival, typical_seconds

COLUMNS = (
    Column("task", left=True),
    Column("fastest", left=True),
    Column("time"),
    Column("best rival", left=True),
    Column("times as fast", narrow="times\nas fast"),
    Column("certain", left=True),
)


@dataclass(frozen=True)
class Winner:
    """The fastest row of a task.

    Attributes:
        row: the row.
        rival: the fastest row of another library, or None if no other library has a time.
        times: how many times as fast the row is, or None without a rival.
        is_certain: whether the whole interval is beyond the noise floor of the task.
    """

    row: Row
    rival: Row | None
    times: Interval | None
    is_certain: bool


def winners(record: Record) -> list[Winner]:
    """The fastest row of each task that has a time, in the order of the tasks."""
    found = []
    for task in dict.fromkeys(row.task for row in record.rows):
        rows = record.of_task(task)
        if order := contenders(rows):
            best, others = order[0], rivals(order[0], rows)
            times = times_best_rival(best, rows)
            certain = times is not None and times.verdict(noise_floor(rows).floor) == "faster"
            found.append(Winner(best, others[0] if others else None, times, certain))
    return found


def winner_cells(found: list[Winner]) -> list[list[str]]:
    """The table, a row for each task."""
    return [
        [
            winner.row.task,
            winner.row.implementation,
            text.duration(typical_seconds(winner.row)),
            winner.rival.implementation if winner.rival else "none",
            text.interval(winner.times) if winner.times else "",
            "yes" if winner.is_certain else "cannot tell" if winner.times else "",
        ]
        for winner in found
    ]


def tally(found: list[Winner]) -> str:
    """In how many tasks each library is ahead, in one sentence; empty without tasks."""
    ahead = Counter(winner.row.library for winner in found)
    certain = Counter(winner.row.library for winner in found if winner.is_certain)
    parts = [
        f"{library} {count} ({certain[library]} certain)" for library, count in ahead.most_common()
    ]
    return f"Fastest rows in {len(found)} tasks: {', '.join(parts)}." if parts else ""
