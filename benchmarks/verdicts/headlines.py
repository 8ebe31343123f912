"""Sentences about rows of any kind: which is fastest, on which devices, and why some have no time."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from benchmarks.contract import Row, Status
from benchmarks.verdicts.intervals import ratio
from benchmarks.verdicts.rivals import best_rival
from benchmarks.verdicts.text import interval


def headline(ranked: Sequence[Row], took: str = "") -> str:
    """Which implementation is fastest, and whether that is certain.

    Args:
        ranked: rows with timings, the fastest first; at least one.
        took: time of the fastest, such as `0.02 s to 1e-06`, to be part of the sentence; or empty.
    """
    best = ranked[0]
    rival = best_rival(best, ranked)
    name = f"{best.implementation}, {took}," if took else best.implementation
    if rival is None:
        return f"{name} has no rival: no other library has a time."
    found = ratio(best.seconds, rival.seconds)
    if not found.is_certain:
        return (
            f"{name} and {rival.implementation} cannot be told apart: a ratio of {interval(found)}."
        )
    return f"{name} is the fastest: {interval(found)} times {rival.implementation}."


def devices(rows: Iterable[Row]) -> str:
    """The rows on each device, or an empty string if all ran on the CPU."""
    found: dict[str, list[str]] = {}
    for row in rows:
        if row.seconds:
            found.setdefault(row.device, []).append(row.implementation)
    if set(found) <= {"cpu"}:
        return ""
    return "; ".join(f"{device}: {', '.join(names)}" for device, names in found.items()) + "."


def disturbances(facts: Mapping[str, Any]) -> str:
    """How many rounds were disturbed, and by whom; empty if none was."""
    load = facts.get("load")
    if not load or not load["disturbed"]:
        return ""
    return (
        f"{load['disturbed']} of {len(load['others'])} rounds were disturbed and repeated; in the worst, "
        f"{load['by']}."
    )


def reasons(rows: Iterable[Row]) -> list[tuple[str, list[str]]]:
    """Pairs of a reason and the implementations that have no time for it; each reason once."""
    grouped: dict[str, list[str]] = {}
    for row in rows:
        if row.status is not Status.OK:
            grouped.setdefault(row.explanation(), []).append(row.implementation)
    return list(grouped.items())
