"""A failure of a worker affects only its own row: crash, kill, hang, error, bad import."""

import os
import signal
import subprocess
import sys
import time
from multiprocessing.connection import Pipe

import psutil
import pytest

from benchmarks import registry
from benchmarks.contract import Training
from benchmarks.datasets import synthetic
from benchmarks.kinds.training import KIND
from benchmarks.workers.array_files import open_arrays, save_arrays
from benchmarks.workers.host import Host
from benchmarks.workers.messages import Unsupported
from benchmarks.workers.pool import Pool
from benchmarks.workers.variables import worker_variables
from benchmarks.workers.worker import Worker, WorkerDied, WorkerError

TASK = Training(
    name="t", dataset="synthetic", model="logistic", optimizer="sgd", learning_rate=0.1, epochs=5,
    why="why",
)  # fmt: skip


@pytest.fixture
def start(tmp_path):
    workers = []

    def make(name="numpy_float64", timeout=60.0):
        workers.append(Worker(name, tmp_path, timeout))
        return workers[-1]

    yield make
    for worker in workers:
        worker.close()


@pytest.fixture
def folder(tmp_path):
    save_arrays(KIND.build(TASK, synthetic.load(None)), tmp_path / "arrays")
    return tmp_path / "arrays"


def test_an_error_is_reported_and_the_worker_still_runs(start, folder):
    worker = start()
    with pytest.raises(WorkerError, match="AttributeError"):
        worker.ask(Host.prepare, TASK, folder)  # nothing was loaded yet
    worker.ask(Host.load)
    assert worker.ask(Host.prepare, TASK, folder).device == "cpu"


def test_a_killed_worker_says_so(start):
    worker = start()
    worker.ask(Host.load)
    os.kill(worker.process.pid, signal.SIGKILL)
    with pytest.raises(WorkerDied, match=r"SIGKILL.*memory"):
        worker.ask(Host.load)


def test_a_worker_that_hangs_is_ended(start):
    worker = start(timeout=0.5)
    os.kill(worker.process.pid, signal.SIGSTOP)
    with pytest.raises(WorkerDied, match="no answer in 0"):
        worker.ask(Host.load)
    assert worker.process.poll() is not None


def test_an_unknown_implementation_is_answered_with_the_known_ones(start):
    worker = start("no_such_implementation")
    with pytest.raises(WorkerError, match=r"expected one of .*numpy_float64"):
        worker.ask(Host.load)


def test_a_worker_ends_when_its_client_ends(start):
    worker = start()
    worker.ask(Host.load)
    worker.connection.close()  # as the end of this process would
    assert worker.process.wait(timeout=10) == 0


BUSY = """
import subprocess, sys, time
from multiprocessing.connection import Connection
from threading import Thread
from benchmarks.workers.serving import end_with_client
Thread(target=end_with_client, args=(Connection(int(sys.argv[1])),), daemon=True).start()
print(subprocess.Popen(["sleep", "60"]).pid, flush=True)
time.sleep(60)
"""


def test_a_busy_worker_ends_with_its_client_and_so_does_what_it_has_started():
    """A client that was killed cannot end its workers."""
    client, end = Pipe()
    busy = subprocess.Popen(
        [sys.executable, "-c", BUSY, str(end.fileno())],
        cwd=registry.ROOT, pass_fds=[end.fileno()], stdout=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    end.close()
    with busy:
        child = psutil.Process(int(busy.stdout.readline()))
        assert busy.poll() is None
        client.close()
        assert busy.wait(timeout=10) == -signal.SIGKILL
    psutil.wait_procs([child], timeout=10)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_what_a_worker_has_started_ends_when_it_is_killed(start):
    """Its processes have another parent then, and are found by their group."""
    worker = start()
    worker.close()
    code = "import subprocess; p = subprocess.Popen(['sleep', '60']); print(p.pid, flush=True); p.wait()"
    worker.process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    with worker.process.stdout as said:
        child = psutil.Process(int(said.readline()))
    worker.process.kill()
    with pytest.raises(WorkerDied, match="SIGKILL"):
        worker.ask(Host.load)
    psutil.wait_procs([child], timeout=10)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (signal.SIGTERM, "SIGTERM"),
        pytest.param(
            36, "signal 36", marks=pytest.mark.skipif(sys.platform != "linux", reason="Linux")
        ),
    ],
)
def test_any_signal_has_a_name(start, number, name):
    worker = start()
    os.kill(worker.process.pid, number)
    with pytest.raises(WorkerDied, match=f"ended by {name}"):
        worker.ask(Host.load)


def test_a_worker_that_was_waited_for_is_not_looked_for_by_its_number(start, monkeypatch):
    """Another process may have the number by then."""
    worker = start()
    worker.close()
    monkeypatch.setattr(psutil, "Process", lambda number: pytest.fail("it was looked for"))
    monkeypatch.setattr(os, "killpg", lambda number, signal: pytest.fail("it was killed"))
    worker.close()


def test_a_process_that_cannot_be_started_is_an_error_of_its_row(tmp_path, monkeypatch):
    def full(*command, **options):
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(subprocess, "Popen", full)
    with pytest.raises(WorkerError, match="cannot be started: Cannot allocate memory"):
        Pool(tmp_path, timeout=60.0).worker("numpy_float64")


def test_ctrl_c_does_not_reach_a_worker(start):
    worker = start()
    assert os.getpgid(worker.process.pid) != os.getpgid(os.getpid())


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("torch_eager", marks=pytest.mark.long),
        pytest.param("tf_xla", marks=pytest.mark.long),
        "jax_scan",
    ],
)
def test_an_idle_worker_uses_no_processor_time(start, folder, name):
    reason = registry.missing_imports("frameworks", name)
    if reason:
        pytest.skip(reason)
    worker = start(name)
    worker.ask(Host.load)
    worker.ask(Host.prepare, TASK, folder)
    worker.ask(Host.run, open_arrays(folder).start)
    process = psutil.Process(worker.process.pid)
    time.sleep(0.5)
    before = process.cpu_times()
    time.sleep(1.0)
    after = process.cpu_times()
    used = after.user + after.system - before.user - before.system
    assert used < 0.1


def test_a_worker_that_was_ended_says_so_again(start):
    """A later request, for its memory for example, is an error of its row only."""
    worker = start(timeout=0.5)
    os.kill(worker.process.pid, signal.SIGSTOP)
    for _ in range(2):
        with pytest.raises(WorkerDied):
            worker.ask(Host.load)


def test_processes_that_a_library_has_started_end_with_the_worker(start):
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


def test_an_unsupported_task_has_a_reason(start, folder):
    """The exception's type says that it is unsupported, not the wording of its message."""
    sklearn = registry.missing_imports("frameworks", "sklearn_lbfgs_float64")
    if sklearn:
        pytest.skip(sklearn)
    worker = start("sklearn_lbfgs_float64")
    worker.ask(Host.load)
    task = registry.tasks()["breast_cancer_solve"]
    with pytest.raises(Unsupported, match="in float64 already"):
        worker.ask(Host.prepare, task, folder)
    assert worker.is_alive


def test_implementations_of_the_same_name_share_neither_log_nor_cache(tmp_path):
    """`jax_scan` of a lesson, and `jax_scan` of the frameworks, whose cache `jax_scan_cached` reads."""
    lesson = "lessons.custom_gradient"
    cache = "JAX_COMPILATION_CACHE_DIR"
    assert worker_variables("jax_scan", tmp_path)[cache] == str(tmp_path / "jax" / "jax_scan")
    own = worker_variables("jax_scan", tmp_path, lesson)[cache]
    assert own == str(tmp_path / "jax" / f"{lesson}.jax_scan")
    packages = ("frameworks", lesson)
    workers = [Worker("numpy_float64", tmp_path, 60.0, package) for package in packages]
    try:
        logs = [worker.log.name for worker in workers]
        # before it has answered, a process may still be a copy of this one
        assert all(worker.ask(Host.load) for worker in workers)
        started_with = [psutil.Process(w.process.pid).environ()[cache] for w in workers]
    finally:
        for worker in workers:
            worker.close()
    assert logs == ["frameworks.numpy_float64.log", f"{lesson}.numpy_float64.log"]
    assert started_with[0] != started_with[1]
