"""Starting, asking and ending a worker process. Whatever happens to it costs its own row only."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Pipe
from pathlib import Path
from typing import Any

import psutil

from benchmarks.cores import parts

ROOT = Path(__file__).resolve().parent.parent

ENVIRONMENT = {
    # Every worker leaves the accelerator's memory to the others until it needs it.
    "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
    "TF_FORCE_GPU_ALLOW_GROWTH": "true",
    # Keras can run on JAX and PyTorch, too; its rows are about TensorFlow.
    "KERAS_BACKEND": "tensorflow",
    # TensorFlow reports its start-up in dozens of lines; warnings and errors stay.
    "TF_CPP_MIN_LOG_LEVEL": "1",
    # A sweep has a part of its models on each of them; whatever else runs, runs on the first.
    "JAX_NUM_CPU_DEVICES": str(parts()),
    # JAX keeps every program it compiles; by default only those that take a second.
    "JAX_ENABLE_COMPILATION_CACHE": "true",
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
    "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
}


def environment(framework: str, folder: Path) -> dict[str, str]:
    """The variables of a worker: ours, and compilation caches in the run's own `folder`.

    They start empty, so that the first compilation of a run is a cold one whatever ran before. JAX has
    one per implementation, since two of them may well need the same small program.
    """
    caches = {
        "TORCHINDUCTOR_CACHE_DIR": str(folder / "inductor"),
        "JAX_COMPILATION_CACHE_DIR": str(folder / "jax" / framework),
    }
    return os.environ | ENVIRONMENT | caches


class WorkerError(Exception):
    """A worker could not do what it was asked; it lives on. The message is its own."""


class WorkerDied(WorkerError):
    """The worker is gone: it crashed, was killed, or took too long. The message says which."""


class WorkerTooSlow(WorkerDied):
    """The worker was ended because it did not answer in time."""


class Worker:
    """A process that holds one implementation.

    Args:
        framework: file name of the implementation.
        folder: where the worker writes its log and its compilation caches.
        timeout: seconds that one request may take.
    """

    def __init__(self, framework: str, folder: Path, timeout: float):
        self.framework, self.timeout = framework, timeout
        self.log = folder / f"{framework}.log"
        ours, theirs = Pipe()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.worker", str(theirs.fileno()), framework],
                cwd=ROOT,
                env=environment(framework, folder),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # A group of its own: Ctrl-C reaches us alone, and we decide what it means.
                start_new_session=True,
            )
        theirs.close()
        self.connection = ours

    def ask(self, request: Callable[..., Any], *arguments: Any, within: float | None = None) -> Any:
        """Have the worker call a method of its `Session` and return what it returned.

        Args:
            request: the method.
            arguments: of the method.
            within: seconds it may take, if not the worker's timeout.

        Raises:
            WorkerError: if the method raised; the worker can be asked again.
            WorkerDied: if the process ended or did not answer in time; it is gone.
        """
        try:
            self.connection.send((request.__name__, arguments))
            patience = self.timeout if within is None else min(within, self.timeout)
            if not self.connection.poll(patience):
                self.close()
                raise WorkerTooSlow(f"no answer in {patience:.0f} s; the worker was ended")
            status, value = self.connection.recv()
        except (EOFError, OSError):  # OSError: it was ended earlier, and the connection closed
            raise WorkerDied(self._cause_of_death()) from None
        if status == "error":
            raise WorkerError(value)
        return value

    def close(self) -> None:
        """End the process at once, with those that a library has started; they have nothing to save."""
        started: list[psutil.Process] = []
        with suppress(psutil.NoSuchProcess):
            started = psutil.Process(self.process.pid).children(recursive=True)
        self.connection.close()
        self.process.kill()
        self.process.wait()
        for process in started:
            with suppress(psutil.NoSuchProcess):
                process.kill()

    def _cause_of_death(self) -> str:
        code = self.process.wait()
        if code >= 0:
            said = self.log.read_text(errors="replace").strip().splitlines()
            return f"the worker exited with code {code}" + (f": {said[-1]}" if said else "")
        name = signal.Signals(-code).name
        hint = " (often the system's answer to a lack of memory)" if name == "SIGKILL" else ""
        return f"the worker was ended by {name}{hint}"
