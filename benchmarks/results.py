"""The files of a results folder that programs read: writing and loading the record of a run.

`benchmark.json` has pytest-benchmark's format, with the record under the key `logreg_jax`. Until a run has
ended, the record of each task by itself is in a file of the folder `partial`, written as soon as the task
is done: a file that is damaged costs its own task.
"""

import json
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.contract import Record
from benchmarks.exit_status import CannotRun
from benchmarks.export import as_pytest_benchmark
from benchmarks.storage.atomic import write_atomically
from benchmarks.storage.results_folder import FINISHED, OLD_PARTIAL, PARTIAL
from benchmarks.stored_record import Damaged, record_of

KEY = "logreg_jax"


class NoResults(CannotRun):
    """A folder without results that can be read; the message says why, and what makes them."""


@dataclass(frozen=True)
class Found:
    """What a results folder holds.

    Attributes:
        record: the run.
        path: the file that it was read from, or the folder with a file for each task.
        damaged: what is wrong with a file that should have been read instead; empty if nothing is.
    """

    record: Record
    path: Path
    damaged: str = ""


def save_partial(record: Record, folder: Path) -> None:
    """Store the record of a run that has not ended: a file for each task that is not stored already."""
    for number, task in enumerate(dict.fromkeys(row.task for row in record.rows), 1):
        text = json.dumps({"number": number, **_only(record, task).as_dict()}, indent=1)
        path = folder / PARTIAL / f"{task}.json"
        if _text_of(path) != text:
            write_atomically(path, text)


def _only(record: Record, task: str) -> Record:
    """The record of one task."""
    facts = {name: facts for name, facts in record.tasks.items() if name == task}
    return replace(record, tasks=facts, rows=record.of_task(task))


def _text_of(path: Path) -> str | None:
    with suppress(OSError, ValueError):
        return path.read_text(encoding="utf-8")
    return None


def save(record: Record, folder: Path) -> None:
    """Store the record of a run that has ended."""
    document = {**as_pytest_benchmark(record), KEY: record.as_dict()}
    write_atomically(folder / FINISHED, json.dumps(document, indent=1))
    shutil.rmtree(folder / PARTIAL, ignore_errors=True)
    (folder / OLD_PARTIAL).unlink(missing_ok=True)


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
    for path in (folder / FINISHED, folder / PARTIAL, folder / OLD_PARTIAL):
        if os.path.exists(path):
            each = sorted(path.glob("*.json")) if path.name == PARTIAL else [path]
            records = _readable(each, damaged)
            if records:
                return Found(_joined(records), path, "\n".join(damaged))
    if damaged:
        raise NoResults(
            "\n".join(damaged)
            + f"\nexpected {FINISHED}, or files in {PARTIAL}, as `python -m benchmarks run` "
            "wrote them. Restore the file from a copy, or run again."
        )
    raise NoResults(
        f"got {folder}, which holds no results; expected {FINISHED} or the folder {PARTIAL} in it. "
        "`python -m benchmarks run` makes such a folder below results/."
    )


def _readable(paths: Sequence[Path], damaged: list[str]) -> list[Record]:
    """The records of files, in the order of their tasks; what is wrong with others goes to `damaged`."""
    found: list[tuple[int, Record]] = []
    for path in paths:
        try:
            number, record = _read(path)
            found.append((number, record))
        except Damaged as reason:
            damaged.append(f"{path} {reason}")
    return [record for _, record in sorted(found, key=lambda each: each[0])]


def _joined(records: Sequence[Record]) -> Record:
    """One record of all, which are of one run."""
    tasks = {name: facts for record in records for name, facts in record.tasks.items()}
    return replace(records[0], tasks=tasks, rows=[row for record in records for row in record.rows])


def _read(path: Path) -> tuple[int, Record]:
    """The record of a file, and the number of its task in the run."""
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
    if not isinstance(data, dict):
        return 0, record_of(data)
    number = data.get("number", 0)
    return number if isinstance(number, int) else 0, record_of(data.get(KEY, data))
