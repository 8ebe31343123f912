"""What two runs say of a row: that it is faster, slower or the same, or that they cannot tell."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from benchmarks.contract import Record, Row
from benchmarks.verdicts.intervals import Interval, log_medians, ratio_of_runs
from benchmarks.verdicts.noise_floor import noise_floor
from benchmarks.verdicts.same_work import no_time, other_products, other_work
from benchmarks.verdicts.yardstick import slowness, yardstick_rows

NOTICEABLE = 0.05
"""Relative change that is worth a verdict: a row that changed by certainly less is the same, and only one
that changed by certainly more is faster or slower."""


class Verdict(StrEnum):
    """What became of a row.

    Attributes:
        FASTER, SLOWER: the whole interval is beyond NOTICEABLE and the noise floor of both runs.
        SAME: the whole interval is within NOTICEABLE.
        CANNOT_TELL: neither, or nothing tells the program from the machine.
        LOST: it had a time and has none.
        NOT_COMPARED: it is in one run only, had no time before, or did other work.
    """

    FASTER = "faster"
    SLOWER = "slower"
    SAME = "same"
    CANNOT_TELL = "cannot tell"
    LOST = "lost"
    NOT_COMPARED = "not compared"


@dataclass(frozen=True)
class Change:
    """A row in two runs.

    Attributes:
        task, implementation: which row.
        verdict: what became of it.
        before, now: the row in each run, or None.
        times: how many times as fast it has become, or None.
        reason: why it has no ratio; empty if it has one.
        machine: how many times as long the machine takes now for the rows of other libraries; None
            without such rows.
    """

    task: str
    implementation: str
    verdict: Verdict
    before: Row | None = None
    now: Row | None = None
    times: Interval | None = None
    reason: str = ""
    machine: float | None = None


def changes(before: Record, now: Record) -> list[Change]:
    """The rows of two runs, in the order of the new one and then those that only the old one has."""
    old, new = _rows(before), _rows(now)
    return [_change(before, now, old.get(key), new.get(key)) for key in dict.fromkeys([*new, *old])]


def _rows(record: Record) -> dict[tuple[str, str], Row]:
    rows = (row for row in record.rows if not row.is_control)
    return {(row.task, row.implementation): row for row in rows}


def _change(before: Record, now: Record, was: Row | None, now_is: Row | None) -> Change:
    row = now_is or was
    assert row is not None
    which = row.task, row.implementation
    if was is None or now_is is None:
        only = "only in the new run" if was is None else "only in the old run"
        return Change(*which, Verdict.NOT_COMPARED, was, now_is, reason=only)
    if reason := no_time(was, now_is):
        lost = was.seconds and not now_is.seconds
        verdict = Verdict.LOST if lost else Verdict.NOT_COMPARED
        return Change(*which, verdict, was, now_is, reason=reason)
    if reason := other_work(before, now, row.task) or other_products(was, now_is):
        return Change(*which, Verdict.NOT_COMPARED, was, now_is, reason=reason)
    times, machine = _times(before, now, was, now_is)
    floors = (noise_floor(run.of_task(row.task)).floor for run in (before, now))
    verdict = _verdict(times, max(NOTICEABLE, *floors)) if machine else Verdict.CANNOT_TELL
    return Change(*which, verdict, was, now_is, times, machine=machine)


def _times(before: Record, now: Record, was: Row, now_is: Row) -> tuple[Interval, float | None]:
    """How many times as fast a row has become beside others, and how many times as long these take."""
    old, new = log_medians(was.seconds_by_process), log_medians(now_is.seconds_by_process)
    pairs = yardstick_rows(now_is, before, now)
    if not pairs:
        return ratio_of_runs(new, old), None
    then, today = slowness(pairs)
    old, new = (own[: len(all_)] - all_[: len(own)] for own, all_ in ((old, then), (new, today)))
    return ratio_of_runs(new, old), float(np.exp(today.mean() - then.mean()))


def _verdict(times: Interval, floor: float) -> Verdict:
    said = Verdict(times.verdict(floor))
    is_same = times.low >= 1 / (1 + NOTICEABLE) and times.high <= 1 + NOTICEABLE
    return Verdict.SAME if is_same else said
