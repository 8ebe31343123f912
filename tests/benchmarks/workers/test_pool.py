"""A pool keeps one worker for each implementation."""

import os
import signal

from benchmarks.contract import AGAIN
from benchmarks.workers.pool import Pool


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
        first, control = pool.worker("numpy_float64"), pool.worker("numpy_float64" + AGAIN)
        assert control.loaded.library == "numpy"
        assert control.process.pid != first.process.pid
        assert first.is_alive
    finally:
        pool.close()
