"""A pool keeps one worker for each implementation."""

import os
import signal

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
