"""What happens to a worker costs its own row: crash, kill, hang, error, bad import."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from benchmarks import discover, problem
from benchmarks.datasets import synthetic
from benchmarks.process import Worker, WorkerDied, WorkerError
from benchmarks.spec import Task
from benchmarks.worker import Session

TASK = Task("t", "synthetic", "logistic", "sgd", 0.1, 5, "why")


@pytest.fixture
def start(tmp_path):
    workers = []

    def make(framework="numpy_float64", timeout=60.0):
        workers.append(Worker(framework, tmp_path, timeout))
        return workers[-1]

    yield make
    for worker in workers:
        worker.close()


@pytest.fixture
def folder(tmp_path):
    problem.save(problem.build(TASK, synthetic.load(None)), tmp_path / "problem")
    return tmp_path / "problem"


def test_an_error_is_reported_and_the_worker_lives_on(start, folder):
    worker = start()
    with pytest.raises(WorkerError, match="AttributeError"):
        worker.ask(Session.prepare, TASK, folder)  # nothing was loaded yet
    worker.ask(Session.load)
    assert worker.ask(Session.prepare, TASK, folder)["device"] == "cpu"


def test_a_killed_worker_says_so(start):
    worker = start()
    worker.ask(Session.load)
    os.kill(worker.process.pid, signal.SIGKILL)
    with pytest.raises(WorkerDied, match=r"SIGKILL.*memory"):
        worker.ask(Session.load)


def test_a_worker_that_hangs_is_ended(start):
    worker = start(timeout=0.5)
    os.kill(worker.process.pid, signal.SIGSTOP)
    with pytest.raises(WorkerDied, match="no answer in 0"):
        worker.ask(Session.load)
    assert worker.process.poll() is not None


def test_an_unknown_framework_is_answered_with_the_known_ones(start):
    worker = start("no_such_framework")
    with pytest.raises(WorkerError, match=r"expected one of .*numpy_float64"):
        worker.ask(Session.load)


def test_a_worker_ends_when_its_parent_goes(start):
    worker = start()
    worker.ask(Session.load)
    worker.connection.close()  # what the end of our process would do
    assert worker.process.wait(timeout=10) == 0


def test_ctrl_c_does_not_reach_a_worker(start):
    worker = start()
    assert os.getpgid(worker.process.pid) != os.getpgid(os.getpid())


@pytest.mark.parametrize("framework", ["torch_eager", "tf_xla", "jax_scan"])
def test_an_idle_worker_burns_no_cpu(start, folder, framework):
    reason = discover.missing_imports("frameworks", framework)
    if reason:
        pytest.skip(reason)
    worker = start(framework)
    worker.ask(Session.load)
    worker.ask(Session.prepare, TASK, folder)
    worker.ask(Session.run)
    process = psutil.Process(worker.process.pid)
    time.sleep(0.5)
    before = process.cpu_times()
    time.sleep(1.0)
    after = process.cpu_times()
    used = after.user + after.system - before.user - before.system
    assert used < 0.1


def test_a_worker_that_was_ended_says_so_again(start):
    """Whoever asks it later, for its memory say, gets an answer that costs only its row."""
    worker = start(timeout=0.5)
    os.kill(worker.process.pid, signal.SIGSTOP)
    for _ in range(2):
        with pytest.raises(WorkerDied):
            worker.ask(Session.load)


def test_what_a_library_has_started_ends_with_the_worker(start):
    worker = start()
    worker.close()
    code = "import subprocess; p = subprocess.Popen(['sleep', '60']); print(p.pid, flush=True); p.wait()"
    worker.process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
    )
    with worker.process.stdout as said:
        child = psutil.Process(int(said.readline()))
    worker.close()
    psutil.wait_procs([child], timeout=10)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
