"""The client side of a worker: starting, asking and ending it. A failure affects only its own row."""

import os
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
    """A request to a worker failed with the message of its exception; the worker still runs."""


class WorkerDied(WorkerError):
    """The worker has ended: it crashed, was killed, or took too long. The message says which."""


class WorkerTooSlow(WorkerDied):
    """The worker was ended because it did not answer in time."""


class Worker:
    """A process that holds one implementation.

    Args:
        name: name of the implementation.
        folder: folder for the worker's log and compilation caches.
        timeout: seconds that one request may take.
        package: plugin folder of the implementation.
        python: interpreter that runs it.
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        timeout: float,
        package: str = "frameworks",
        python: str = sys.executable,
    ):
        self.name, self.timeout = name, timeout
        self.loaded = Loaded("", 0.0)
        self.log = folder / f"{package}.{name}.log"
        self.connection, host_end = Pipe()
        command = [python, "-m", "benchmarks.workers.host", str(host_end.fileno())]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, package, name],
                cwd=ROOT,
                env=worker_variables(name, folder, package),
                pass_fds=[host_end.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # A process group of its own: Ctrl-C reaches the client only, which ends its workers.
                start_new_session=True,
            )
        host_end.close()

    def ask(self, request: Callable[..., T], *arguments: Any, within: float | None = None) -> T:
        """Have the worker call a method of its `Host`, and return its result.

        Args:
            request: the method.
            arguments: arguments of the method.
            within: seconds that the request may take, if fewer than the worker's timeout.

        Raises:
            Unsupported: if the implementation does not support the task; the worker can be asked again.
            WorkerError: if the method raised; the worker can be asked again.
            WorkerDied: if the process ended, or was ended because it did not answer in time.
        """
        try:
            # Python 3.13 pickles a path under a name that older ones do not have.
            sent = tuple(os.fspath(a) if isinstance(a, Path) else a for a in arguments)
            self.connection.send((request.__name__, sent))
            seconds = self.timeout if within is None else min(within, self.timeout)
            if not self.connection.poll(seconds):
                self.close()
                raise WorkerTooSlow(f"no answer in {seconds:.0f} s; the worker was ended")
            answer, value = self.connection.recv()
        except (
            EOFError,
            OSError,
        ):  # OSError: the worker was ended earlier, and the connection closed
            raise WorkerDied(self._exit_reason()) from None
        if answer is Answer.UNSUPPORTED:
            raise Unsupported(value)
        if answer is Answer.ERROR:
            raise WorkerError(value)
        return value

    def processor_seconds(self) -> float:
        """Processor time that the worker has used so far, as the system counts it."""
        with suppress(psutil.NoSuchProcess):
            times = psutil.Process(self.process.pid).cpu_times()
            return float(times.user + times.system)
        raise WorkerDied(self._exit_reason())

    @property
    def is_alive(self) -> bool:
        """Whether the process has not ended."""
        return self.process.poll() is None

    def close(self) -> None:
        """Kill the process and those that its library has started; they have nothing to save."""
        self.connection.close()
        if self.process.returncode is not None:
            return  # it was waited for, so that its number may be another process's by now
        started: list[psutil.Process] = []
        with suppress(psutil.NoSuchProcess):
            started = psutil.Process(self.process.pid).children(recursive=True)
        self.process.kill()
        self.process.wait()
        self._end_group()
        for process in started:
            with suppress(psutil.NoSuchProcess):
                process.kill()

    def _end_group(self) -> None:
        """Kill the processes that a worker left behind; they are in the group that it was the leader of."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def _exit_reason(self) -> str:
        if self.process.returncode is None:
            self.process.wait()
            self._end_group()
        code = self.process.wait()
        if code >= 0:
            return f"the worker exited with code {code}{self._last_words()}"
        if -code == signal.SIGKILL:
            return "the worker was ended by SIGKILL (often because the system ran out of memory)"
        known = {number.value: number.name for number in signal.Signals}
        return f"the worker was ended by {known.get(-code, f'signal {-code}')}"

    def _last_words(self) -> str:
        """The last line of its log, after a colon; empty if there is none."""
        try:
            lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        except OSError:
            return ""
        return f": {lines[-1]}" if lines else ""
