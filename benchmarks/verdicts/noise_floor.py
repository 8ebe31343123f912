"""The noise floor: by how much two rows of a run differ that are the same program.

One implementation of each task runs a second time under another name, in processes of its own. What the two
differ by is no property of any program, so that a verdict needs an interval beyond it.
"""

from collections.abc import Iterable
from typing import NamedTuple

from benchmarks.contract import Row
from benchmarks.verdicts.intervals import Interval, ratio

WITHOUT_CONTROL = 0.05
"""Noise floor where no control was measured in several processes. Two processes that run the same code
were seen to differ by 4% for as long as they live."""


class NoiseFloor(NamedTuple):
    """The noise floor of a task in a run.

    Attributes:
        floor: relative difference up to which there is no verdict.
        control: the row that was run again, or None if none was.
        times: time of the repetition over time of the row, with its interval, or None.
    """

    floor: float
    control: Row | None = None
    times: Interval | None = None


def noise_floor(rows: Iterable[Row]) -> NoiseFloor:
    """The noise floor of a task, from all of its rows."""
    timed = {row.implementation: row for row in rows if row.seconds}
    for again in timed.values():
        first = timed.get(again.program)
        if again.is_control and first is not None:
            blocks = first.seconds_by_process, again.seconds_by_process
            times = ratio(*blocks)
            if min(map(len, blocks)) > 1:
                return NoiseFloor(max(times.value, 1 / times.value) - 1, first, times)
    return NoiseFloor(WITHOUT_CONTROL)
