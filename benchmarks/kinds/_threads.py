"""The number of threads of a row: found by trial in its first process, and kept in all others."""

from typing import Any

from benchmarks.contract import Row
from benchmarks.workers.host import Host
from benchmarks.workers.worker import Worker


def choose_threads(row: Row, worker: Worker, *inputs: Any) -> None:
    """Find the number of threads with which runs with these inputs are shortest, and note it."""
    chosen = worker.ask(Host.choose_threads, *inputs)
    if chosen is not None:
        row.costs["threads"], row.costs["threads_gain"] = chosen


def keep_threads(row: Row, worker: Worker) -> None:
    """Set a worker that was started anew to the number that was found."""
    if "threads" in row.costs:
        worker.ask(Host.use_threads, int(row.costs["threads"]))
