"""What other environments change: each program beside itself in the run's own Python."""

from collections.abc import Sequence

from benchmarks.contract import AGAIN, Row
from benchmarks.verdicts.intervals import ratio
from benchmarks.verdicts.noise_floor import NoiseFloor
from benchmarks.verdicts.text import interval


def environments(rows: Sequence[Row], noise: NoiseFloor) -> str:
    """How many times as fast each program is in each environment, with its verdict; empty without any.

    Args:
        rows: the rows of a task.
        noise: noise floor of the task.
    """
    own = {row.program: row for row in rows if row.seconds and not row.variant}
    found: dict[str, list[str]] = {}
    for row in rows:
        if row.seconds and row.variant not in ("", AGAIN) and row.program in own:
            # above 1 if the row took less time than the one in the run's own Python
            times = ratio(row.seconds_by_process, own[row.program].seconds_by_process)
            text = f"{row.program} {interval(times)} {times.verdict(noise.floor)}"
            found.setdefault(row.variant, []).append(text)
    return " ".join(
        f"Speed in {name} relative to the run's own Python (above 1 is faster): {'; '.join(each)}."
        for name, each in found.items()
    )
