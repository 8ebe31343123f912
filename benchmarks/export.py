"""Finished rows in pytest-benchmark's format, so that its tools read and compare them."""

import json
from collections.abc import Iterable, Mapping
from contextlib import chdir
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest_benchmark
from pytest_benchmark.plugin import pytest_benchmark_generate_machine_info
from pytest_benchmark.stats import Metadata
from pytest_benchmark.utils import get_commit_info, safe_dumps

from benchmarks.contract import Record, Row
from benchmarks.registry import ROOT

FILE, TEST = "benchmarks/test_benchmarks.py", "test_row"
"""File and name of the test of a row in pytest: `test_row[task-implementation]`."""


def as_pytest_benchmark(record: Record) -> dict[str, Any]:
    """The document that `pytest --benchmark-only --benchmark-json` writes for the same rows."""
    return {
        "machine_info": pytest_benchmark_generate_machine_info(),
        "commit_info": _commit_info(),
        "benchmarks": [
            _benchmark(row) for row in record.rows if row.seconds and not row.is_control
        ],
        "datetime": datetime.now(UTC).isoformat(),
        "version": pytest_benchmark.__version__,
    }


def _commit_info() -> dict[str, Any]:
    with chdir(ROOT):  # it looks for a repository from the current folder up
        found: dict[str, Any] = get_commit_info()
        return found


def extra_info(row: Row) -> dict[str, Any]:
    """What a row records besides its times."""
    return {name: value for name, value in row.as_dict().items() if name != "blocks"}


def _benchmark(row: Row) -> Mapping[str, Any]:
    param = f"{row.task}-{row.implementation}"
    fixture = SimpleNamespace(
        name=f"{TEST}[{param}]",
        fullname=f"{FILE}::{TEST}[{param}]",
        group=row.task,
        param=param,
        params={"task": row.task, "implementation": row.implementation},
        extra_info=extra_info(row),
        cprofile_stats=None,
    )
    return _with_rounds(Metadata(fixture, iterations=1, options={}), row.seconds)


def _with_rounds(metadata: Metadata, seconds: Iterable[float]) -> Mapping[str, Any]:
    for each in seconds:
        metadata.update(each)
    # through JSON, so that all of it is plain data
    plain: dict[str, Any] = json.loads(safe_dumps(metadata.as_dict(include_data=True)))
    return plain
