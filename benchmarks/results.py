"""The files of a results folder that programs read: writing and loading the record of a run.

`benchmark.json` has pytest-benchmark's format, with the record under the key `logreg_jax`. Until a run has
ended, the record alone is stored in `partial.json`. It is updated after every task: no measurement is lost,
however the run ends.
"""

import json
import os
from pathlib import Path
from typing import Any

from benchmarks.contract import Record
from benchmarks.export import as_pytest_benchmark
from benchmarks.kinds import get_kind
from benchmarks.upgrade import upgraded

KEY = "logreg_jax"
FINISHED, PARTIAL = "benchmark.json", "partial.json"


class NoResults(Exception):
    """A folder without results; the message says what makes one."""


def save_partial(record: Record, folder: Path) -> None:
    """Store the record of a run that has not ended."""
    write_atomically(folder / PARTIAL, json.dumps(record.as_dict(), indent=1))


def save(record: Record, folder: Path) -> None:
    """Store the record of a run that has ended."""
    document = {**as_pytest_benchmark(record), KEY: record.as_dict()}
    write_atomically(folder / FINISHED, json.dumps(document, indent=1))
    (folder / PARTIAL).unlink(missing_ok=True)


def load(folder: Path) -> Record:
    """Load the record of a results folder.

    Raises:
        NoResults: if there is none.
    """
    for name in (FINISHED, PARTIAL):
        path = folder / name
        if path.exists() and path.stat().st_size:
            data = json.loads(path.read_text())
            return _record(upgraded(data.get(KEY, data)))
    raise NoResults(
        f"got {folder}, which holds no results; expected {FINISHED} or {PARTIAL} in it. "
        "`python -m benchmarks run` makes such a folder below results/."
    )


def _record(data: dict[str, Any]) -> Record:
    rows = []
    for fields in data["rows"]:
        row_type = get_kind(fields["kind"]).row_type
        rows.append(row_type(**{name: value for name, value in fields.items() if name != "kind"}))
    return Record(**{**data, "rows": rows})


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old text or the new one, never a part of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text(text)
    fresh.replace(path)


def point_latest(folder: Path) -> None:
    """Make `latest`, in the same parent folder, a link to `folder`."""
    fresh = folder.parent / f".latest.{folder.name}"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(folder.name)
    fresh.replace(folder.parent / "latest")
