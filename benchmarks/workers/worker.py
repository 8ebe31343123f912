"""Our end of the wire: starting, asking and ending a worker. What happens to it costs its own row only."""

import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Pipe
from pathlib import Path
from typing import Any, TypeVar

import psutil

from benchmarks.registry import ROOT
from benchmarks.workers.messages import Answer, Loaded, Unsupported
from benchmarks.workers.variables import worker_variables

T = TypeVar("T")


class WorkerError(Exception):
    """A worker could not do what it was asked; it lives on. The message is its own."""


class WorkerDied(WorkerError):
    """The worker is gone: it crashed, was killed, or took too long. The message says which."""


class WorkerTooSlow(WorkerDied):
    """The worker was ended because it did not answer in time."""


class Worker:
    """A process that holds one implementation.

    Args:
        name: of the implementation.
        folder: where the worker writes its log and its compilation caches.
        timeout: seconds that one request may take.
        package: the plugin folder that has the implementation.
    """

    def __init__(self, name: str, folder: Path, timeout: float, package: str = "frameworks"):
        self.name, self.timeout = name, timeout
        self.loaded = Loaded("", 0.0)
        self.log = folder / f"{name}.log"
        ours, theirs = Pipe()
        command = [sys.executable, "-m", "benchmarks.workers.host", str(theirs.fileno())]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, package, name],
                cwd=ROOT,
                env=worker_variables(name, folder),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # A group of its own: Ctrl-C reaches us alone, and we decide what it means.
                start_new_session=True,
            )
        theirs.close()
        self.connection = ours

    def ask(self, request: Callable[..., T], *arguments: Any, within: float | None = None) -> T:
        """Have the worker call a method of its `Host` and return what it returned.

        Args:
            request: the method.
            arguments: of the method.
            within: seconds it may take, if not the worker's timeout.

        Raises:
            Unsupported: if the implementation cannot do the task; it can be asked again.
            WorkerError: if the method raised; the worker can be asked again.
            WorkerDied: if the process ended or did not answer in time; it is gone.
        """
        try:
            self.connection.send((request.__name__, arguments))
            patience = self.timeout if within is None else min(within, self.timeout)
            if not self.connection.poll(patience):
                self.close()
                raise WorkerTooSlow(f"no answer in {patience:.0f} s; the worker was ended")
            answer, value = self.connection.recv()
        except (EOFError, OSError):  # OSError: it was ended earlier, and the connection closed
            raise WorkerDied(self._cause_of_death()) from None
        if answer is Answer.UNSUPPORTED:
            raise Unsupported(value)
        if answer is Answer.ERROR:
            raise WorkerError(value)
        return value

    @property
    def is_alive(self) -> bool:
        """Whether the process has not ended."""
        return self.process.poll() is None

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
