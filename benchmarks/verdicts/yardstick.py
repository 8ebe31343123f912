"""The yardstick of two runs: the rows of other libraries, by which the machine of then and now is compared.

A machine is not as fast today as it was yesterday. What slows it slows all rows, so that a row is seen
beside those of other libraries in the same block: the yardstick of a block is by how much these were slower
than they are on the whole. It is their median, so that one of them may have changed.
"""

from collections.abc import Sequence

import numpy as np

from benchmarks import registry
from benchmarks.contract import Record, Row
from benchmarks.verdicts.intervals import log_medians

LEAST = 3
"""Rows of a yardstick: of two the median is their mean, which a change of one moves."""


def yardstick_rows(row: Row, before: Record, now: Record) -> list[tuple[Row, Row]]:
    """Rows of the task of another library of the same version, as they were and as they are.

    There are none if there would be fewer than LEAST.
    """
    then = {old.implementation: old for old in before.of_task(row.task) if old.seconds}
    pairs = [
        (then[new.implementation], new)
        for new in now.of_task(row.task)
        if new.seconds
        and new.implementation in then
        and not new.is_control
        and new.library != row.library
        and _version(before, new) == _version(now, new)
    ]
    return pairs if len(pairs) >= LEAST else []


def slowness(pairs: Sequence[tuple[Row, Row]]) -> tuple[np.ndarray, np.ndarray]:
    """By how much each block was slower than these rows are on the whole, on logarithms.

    Args:
        pairs: rows as they were and are, at least one.

    Returns:
        A value for each block that all of these rows have, of both runs.
    """
    runs = []
    for rows in zip(*pairs, strict=True):
        blocks = min(len(row.seconds_by_process) for row in rows)
        runs.append(np.array([log_medians(row.seconds_by_process[:blocks]) for row in rows]))
    # half of what a row took then and now, however many blocks each run has
    whole = sum(run.mean(axis=1, keepdims=True) for run in runs) / 2
    before, now = (np.median(run - whole, axis=0) for run in runs)
    return before, now


def _version(record: Record, row: Row) -> str:
    others = record.environment.get("environments", {})
    # results may have implementations that are there no more
    is_known = row.program in registry.names("frameworks")
    folder = registry.library_folder(row.program) if is_known else ""
    versions = others.get(row.variant or folder, record.environment)["versions"]
    # the builds of TensorFlow without a GPU have another name
    return str(versions.get(row.library) or versions.get(f"{row.library}-cpu", ""))
