"""Sentences about rows that are the same for all kinds: which is fastest, where it ran, and why not."""

from collections.abc import Iterable, Sequence

from benchmarks.contract import Row, Status
from benchmarks.verdicts.intervals import ratio
from benchmarks.verdicts.rivals import best_rival
from benchmarks.verdicts.text import interval


def headline(ranked: Sequence[Row], took: str = "") -> str:
    """Who is fastest, and whether that is certain.

    Args:
        ranked: rows with timings, the fastest first; at least one.
        took: what the fastest took, such as `0.02 s to 1e-06`, if that belongs into the sentence.
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
    """Which row ran where, or nothing when all ran on the CPU."""
    found: dict[str, list[str]] = {}
    for row in rows:
        if row.seconds:
            found.setdefault(row.device, []).append(row.implementation)
    if set(found) <= {"cpu"}:
        return ""
    return "; ".join(f"{device}: {', '.join(names)}" for device, names in found.items()) + "."


def reasons(rows: Iterable[Row]) -> list[tuple[str, list[str]]]:
    """Why rows have no time: reason and implementations, a reason once."""
    grouped: dict[str, list[str]] = {}
    for row in rows:
        if row.status is not Status.OK:
            grouped.setdefault(row.explanation(), []).append(row.implementation)
    return list(grouped.items())
