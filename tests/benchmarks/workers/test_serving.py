"""Requests can be read by a worker of any Python that the suite runs on."""

from multiprocessing.connection import Pipe

import pytest

from benchmarks.workers.host import Host
from benchmarks.workers.worker import Worker, WorkerDied


def test_a_request_holds_paths_as_text(tmp_path):
    """Python 3.13 pickles a path under a name that 3.12 does not have."""
    worker = Worker("numpy_float64", tmp_path, timeout=60.0)
    worker.close()
    worker.connection, other_end = Pipe()
    worker.timeout = 0.01  # nothing answers
    with pytest.raises(WorkerDied):
        worker.ask(Host.outcome_after, "a task", tmp_path, 3)
    assert other_end.recv() == ("outcome_after", ("a task", str(tmp_path), 3))
