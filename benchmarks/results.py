"""The files of a results folder that programs read: writing and loading the record of a run.

`benchmark.json` has pytest-benchmark's format, with the record under the key `logreg_jax`. Until a run has
ended, the record alone is stored in `partial.json`, which is written after every task.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.contract import Record
from benchmarks.exit_status import CannotRun
from benchmarks.export import as_pytest_benchmark
from benchmarks.storage.atomic import write_atomically
from benchmarks.storage.results_folder import FINISHED, PARTIAL
from benchmarks.stored_record import Damaged, record_of

KEY = "logreg_jax"


class NoResults(CannotRun):
    """A folder without results that can be read; the message says why, and what makes them."""


@dataclass(frozen=True)
class Found:
    """What a results folder holds.

    Attributes:
        record: the run.
        path: the file that it was read from.
        damaged: what is wrong with a file that should have been read instead; empty if nothing is.
    """

    record: Record
    path: Path
    damaged: str = ""


def save_partial(record: Record, folder: Path) -> None:
    """Store the record of a run that has not ended."""
    write_atomically(folder / PARTIAL, json.dumps(record.as_dict(), indent=1))


def save(record: Record, folder: Path) -> None:
    """Store the record of a run that has ended."""
    document = {**as_pytest_benchmark(record), KEY: record.as_dict()}
    write_atomically(folder / FINISHED, json.dumps(document, indent=1))
    (folder / PARTIAL).unlink(missing_ok=True)


def load(folder: Path) -> Record:
    """The record of a results folder; see `read`."""
    return read(folder).record


def read(folder: Path) -> Found:
    """Read the results of a run that has ended, or else those of a run that has not.

    Raises:
        NoResults: if neither is there, or what is there is damaged.
    """
    if os.path.isfile(folder):
        raise NoResults(f"got {folder}, which is a file; expected the folder that holds it")
    damaged: list[str] = []
    for path in (folder / FINISHED, folder / PARTIAL):
        if os.path.exists(path):
            try:
                return Found(_read(path), path, "\n".join(damaged))
            except Damaged as reason:
                damaged.append(f"{path} {reason}")
    if damaged:
        raise NoResults(
            "\n".join(damaged)
            + f"\nexpected {FINISHED} or {PARTIAL} as `python -m benchmarks run` wrote "
            "it. Restore the file from a copy, or run again."
        )
    raise NoResults(
        f"got {folder}, which holds no results; expected {FINISHED} or {PARTIAL} in it. "
        "`python -m benchmarks run` makes such a folder below results/."
    )


def _read(path: Path) -> Record:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Damaged(f"cannot be read: {error.strerror}") from None
    if not content:
        raise Damaged("is empty: its disk may have been full when it was written")
    try:
        data: Any = json.loads(content)
    except (ValueError, RecursionError) as error:  # ValueError: also what is no text
        raise Damaged(f"is no JSON, or only the beginning of it: {error}") from None
    return record_of(data.get(KEY, data) if isinstance(data, dict) else data)
