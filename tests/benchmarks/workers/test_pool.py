"""A pool keeps one worker for each implementation."""

import os
import signal

import pytest

from benchmarks.workers.pool import Pool
from benchmarks.workers.worker import WorkerError


def test_a_pool_restarts_a_worker_that_has_ended(tmp_path):
    pool = Pool(tmp_path, timeout=60.0)
    try:
        first = pool.worker("numpy_float64")
        assert pool.worker("numpy_float64") is first
        assert first.loaded.library == "numpy"
        os.kill(first.process.pid, signal.SIGKILL)
        first.process.wait()
        again = pool.worker("numpy_float64")
        assert again is not first
        assert again.is_alive
    finally:
        pool.close()


def test_a_worker_is_started_anew_and_the_one_before_it_is_ended(tmp_path):
    pool = Pool(tmp_path, timeout=60.0)
    try:
        first = pool.worker("numpy_float64")
        again = pool.restart("numpy_float64")
        assert again.process.pid != first.process.pid
        assert (first.is_alive, again.is_alive) == (False, True)
        assert pool.worker("numpy_float64") is again
    finally:
        pool.close()


def test_a_control_is_a_second_process_of_the_same_implementation(tmp_path):
    pool = Pool(tmp_path, timeout=60.0)
    try:
        first, control = pool.worker("numpy_float64"), pool.worker("numpy_float64 (again)")
        assert control.loaded.library == "numpy"
        assert control.process.pid != first.process.pid
        assert first.is_alive
    finally:
        pool.close()


def test_a_pool_that_was_closed_starts_no_worker(tmp_path):
    """As when a run is interrupted while a thread starts the processes of the next block."""
    pool = Pool(tmp_path, timeout=60.0)
    first = pool.worker("numpy_float64")
    pool.close()
    assert not first.is_alive
    with pytest.raises(WorkerError, match="the run is over"):
        pool.worker("numpy_float64")
