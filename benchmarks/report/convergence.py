"""What the reports say of solves: seconds to each gap, certified, and who gets to the target first."""

from typing import Any

import numpy as np

from benchmarks import statistics
from benchmarks.curves import GAPS, fastest, smallest_gap
from benchmarks.record import Record, Row
from benchmarks.report.lines import devices, interval, peak_memory

ABOUT = (
    "Every solver starts from zero at one tolerance after the other; the gap of what it returns, "
    "(loss - minimum) / minimum, is bounded in float64 by the same judge for all. Seconds are "
    'medians, warm. "Best gap" is the smallest that a row reached. "Cold s" are seconds from the start '
    "of a process to the target: import, transfer, compilation and the warm solve."
)

COLUMNS = (
    "implementation", *(f"s to {gap:.0e}" for gap in GAPS), "times best rival", "verdict",
    "best gap", "cold s", "peak MiB",
)  # fmt: skip

# In the terminal, so that the table fits: a column is no wider than what it holds.
HEADERS = {f"s to {gap:.0e}": f"s to\n{gap:.0e}" for gap in GAPS} | {
    "best gap": "best\ngap", "cold s": "cold\ns", "peak MiB": "peak MiB\n(task)",
}  # fmt: skip


def solves(record: Record) -> list[str]:
    """Names of the tasks that were solves, in the order they were run."""
    return [name for name, facts in record.tasks.items() if facts.get("kind") == "solve"]


def ranked(record: Record, task: str) -> list[Row]:
    """Rows with a curve: first those that got to the target, the fastest first, then by their gap."""
    rows = [row for row in record.rows if row.task == task and row.curve and row.status != "failed"]
    return sorted(rows, key=lambda r: (np.median(r.seconds or [np.inf]), smallest_gap(r.curve)))


def cells(row: Row, rows: list[Row]) -> list[str]:
    """A row with a curve, column by column."""
    times = [fastest(row.curve, gap) for gap in GAPS]
    rival = statistics.best_rival(row, rows) if row.seconds else None
    ratio = statistics.ratio(row.seconds, rival.seconds) if rival else None
    return [
        row.framework,
        *(f"{np.median(point['seconds']):.3g}" if point else "never" for point in times),
        interval(ratio) if ratio else "no rival" if row.seconds else "not reached",
        ratio.verdict() if ratio else "",
        f"{smallest_gap(row.curve):.0e}",
        f"{cold_seconds(row):.2f}" if row.seconds else "",
        peak_memory(row.ledger),
    ]


def cold_seconds(row: Row) -> float:
    """From the start of a process to the target: imports, data, compilation and the solve itself.

    Compilation is what the first runs took longer than warm ones, of the target's point and of the
    looser ones before it, which may have compiled what it uses.
    """
    target = row.seconds
    at = next(i for i, point in enumerate(row.curve) if point["seconds"] == target)
    compiled = sum(
        max(0.0, point["first"] - float(np.median(point["seconds"])))
        for point in row.curve[: at + 1]
    )
    return row.ledger["import"] + row.ledger["transfer"] + compiled + float(np.median(target))


def headline(record: Record, task: str) -> str:
    """Who gets to the target first, whether that is certain, and what ran on an accelerator."""
    return " ".join(filter(None, (_fastest(record, task), devices(record, task))))


def _fastest(record: Record, task: str) -> str:
    rows, target = ranked(record, task), record.tasks[task]["target"]
    if not rows or not rows[0].seconds:
        return f"Nobody got to {target:.0e}."
    best = rows[0]
    took = f"{np.median(best.seconds):.3g} s to {target:.0e}"
    rival = statistics.best_rival(best, rows)
    if rival is None:
        return f"{best.framework} took {took}; no other library got there."
    ratio = statistics.ratio(best.seconds, rival.seconds)
    if ratio.verdict() == "cannot tell":
        return (
            f"{best.framework}, {took}, and {rival.framework} cannot be told apart: "
            f"a ratio of {interval(ratio)}."
        )
    return f"{best.framework} is the fastest, {took}: {interval(ratio)} times {rival.framework}."


def about(facts: dict[str, Any]) -> str:
    """What a task solves, in one line."""
    swept = facts["sweep"]
    models = f"{facts['models']:,} models ({' x '.join(swept)}), " if swept else ""
    l2 = "" if "l2" in swept or not facts["l2"] else f", l2 {facts['l2']:g}"
    l1 = f", l1 {facts['l1']:g}" if facts["l1"] else ""
    return (
        f"{models}{facts['model']}, {facts['examples']:,} x {facts['features']:,}{l2}{l1}, "
        f"target {facts['target']:.0e}"
    )


def reasons(record: Record, task: str) -> list[tuple[str, list[str]]]:
    """Why rows are not at the target: reason and implementations, a reason once."""
    grouped: dict[str, list[str]] = {}
    for row in record.rows:
        if row.task == task and row.status != "ok":
            grouped.setdefault(row.explanation(), []).append(row.framework)
    return list(grouped.items())
