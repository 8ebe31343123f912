"""Sentences about rows of any kind: which is fastest, on which devices, and why some have no time."""

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import Any

from benchmarks.contract import Row, Status
from benchmarks.verdicts.intervals import time_interval
from benchmarks.verdicts.noise_floor import NoiseFloor
from benchmarks.verdicts.rivals import contenders, rivals, times_best_rival
from benchmarks.verdicts.text import MIB, interval, percent

NARROW = 0.02
"""Share of a time to either side of it, up to which its interval over processes is narrow."""


def headline(ranked: Sequence[Row], noise: NoiseFloor, took: str = "") -> str:
    """Which implementation is fastest, and whether that is certain.

    Args:
        ranked: rows with timings, the fastest first; at least one.
        noise: noise floor of the task.
        took: time of the fastest, such as `0.02 s to 1e-06`, to be part of the sentence; or empty.
    """
    best = (contenders(ranked) or ranked)[0]
    found = times_best_rival(best, ranked)
    name = f"{best.implementation}, {took}," if took else best.implementation
    if found is None:
        return f"{name} has no rival: no other library has a time."
    rival = rivals(best, ranked)[0].implementation
    if not isfinite(found.high):
        return (
            f"{name} took less time than {rival} in one process, which decides nothing: a ratio of "
            f"{interval(found)}."
        )
    if found.verdict(noise.floor) != "faster":
        return f"{name} and {rival} cannot be told apart: a ratio of {interval(found)}."
    return f"{name} is the fastest: {interval(found)} times {rival}."


def control(noise: NoiseFloor) -> str:
    """What the control showed, or what stands for it."""
    if noise.control is None or noise.times is None:
        return f"Without a control: no verdict up to a difference of {percent(noise.floor)}."
    name = noise.control.implementation
    return (
        f"Control: {name} and {name} again, in other processes, differ by a ratio of "
        f"{interval(noise.times, digits=3)}; no verdict up to a difference of {percent(noise.floor)}."
    )


def wide(ranked: Iterable[Row]) -> str:
    """The rows whose time is not known closely, though all rounds are done; empty if there are none.

    After a single process nothing is known, which the rows say themselves.
    """
    intervals = {row.implementation: time_interval(row.seconds_by_process) for row in ranked}
    names = [
        name
        for name, found in intervals.items()
        if isfinite(found.high) and not found.is_within(NARROW)
    ]
    if not names:
        return ""
    return f"Still wider than {percent(NARROW)} when all rounds were done: {', '.join(names)}."


def devices(rows: Iterable[Row]) -> str:
    """The rows on each device, or an empty string if all ran on the CPU."""
    found: dict[str, list[str]] = {}
    for row in rows:
        if row.seconds:
            found.setdefault(row.device, []).append(row.implementation)
    if set(found) <= {"cpu"}:
        return ""
    return "; ".join(f"{device}: {', '.join(names)}" for device, names in found.items()) + "."


def threads(rows: Iterable[Row]) -> str:
    """The numbers of threads that were found by trial; empty if none was."""
    found: dict[int, list[str]] = {}
    for row in rows:
        if "threads" in row.costs:
            found.setdefault(int(row.costs["threads"]), []).append(row.implementation)
    if not found:
        return ""
    shares = (f"{count} for {', '.join(names)}" for count, names in sorted(found.items()))
    return f"Threads, the fastest number by trial: {'; '.join(shares)}."


def run_memory(ranked: Iterable[Row]) -> str:
    """What one warm run adds to the memory, of the rows that it adds to; empty if of none."""
    added = [
        f"{row.implementation} {row.costs['run_memory'] / MIB:.0f}"
        for row in ranked
        if row.costs.get("run_memory", 0) >= MIB
    ]
    return f"MiB that one warm run adds: {', '.join(added)}." if added else ""


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
