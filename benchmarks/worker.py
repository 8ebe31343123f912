"""The process that holds one implementation: prepares it, runs it, and keeps its ledger.

It answers one request at a time over the connection it was started with and sleeps in between. A
request is `(name, arguments)`, the name of a method of `Session`; the answer is `("done", value)` or
`("error", text)`.
"""

import gc
import platform
import re
import resource
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks import discover
from benchmarks.problem import open_saved
from benchmarks.spec import Outcome, Problem, Runner, Task

WAKE = 0.1
"""Seconds of untimed runs before a timed one. After half a second of sleep an epoch on MNIST takes 40 to
50 ms, and 26 ms when others came straight before."""

LONG = 0.5
"""Seconds of a run that needs no waking up."""


@dataclass
class Session:
    """One implementation, and the task it is prepared for."""

    framework: str
    module: Any = None
    runner: Runner | None = None
    raw: Any = None
    folder: Path | None = None
    problem: Problem | None = None
    held: int = 0
    seconds: float = 0.0

    def load(self) -> dict[str, Any]:
        """Import the implementation; its library's name and the seconds it took."""
        start = perf_counter()
        self.module = discover.load("frameworks", self.framework)
        return {"library": self.module.LIBRARY, "seconds": perf_counter() - start}

    def unsupported(self, task: Task) -> str | None:
        """Why the implementation cannot do `task`, or None."""
        return self.module.unsupported(task)

    def prepare(self, task: Task, folder: Path) -> dict[str, Any]:
        """Forget the last task and get ready for this one.

        Returns:
            Its device and the seconds it took; or, as "unsupported", why the data is not for it.
        """
        self.runner = self.raw = self.problem = None
        gc.collect()
        _reset_peak_memory()
        self.held = _peak_memory()
        self.folder, self.problem = folder, open_saved(folder)
        start = perf_counter()
        try:
            self.runner = self.module.prepare(task, self.problem)
        except NotImplementedError as error:
            return {"unsupported": str(error)}
        return {"device": self.runner.device, "seconds": perf_counter() - start}

    def run(self, *inputs: Any) -> float:
        """Train once, or solve to a tolerance; the seconds from start to synchronised end."""
        with _no_collections():
            return self._timed(*inputs)

    def wake_and_run(self, *inputs: Any) -> float:
        """`run`, straight after untimed runs: for while the others are timed, this process sleeps.

        A processor that wakes up is slow at first, and its caches hold what others have put there. A
        long run does not notice.
        """
        # Nothing may come between: to collect TensorFlow's objects takes long enough for its threads to
        # fall asleep again, and the epoch on MNIST that came next took 36 ms, not 27.
        with _no_collections():
            start = perf_counter()
            while self.seconds < LONG and perf_counter() - start < WAKE:
                self.runner.run(*inputs)
            return self._timed(*inputs)

    def _timed(self, *inputs: Any) -> float:
        start = perf_counter()
        self.raw = self.runner.run(*inputs)
        self.seconds = perf_counter() - start
        return self.seconds

    def outcome(self) -> Outcome:
        """What the last run gave."""
        return _as_arrays(self.runner.collect(self.raw))

    def rehearse(self, task: Task, folder: Path, steps: int) -> Outcome:
        """What the first `steps` steps give, trained apart from the prepared task."""
        # mapping the same files a second time would count twice in the memory
        problem = self.problem if folder == self.folder else open_saved(folder)
        runner = self.module.prepare(task, problem.first(steps))
        return _as_arrays(runner.collect(runner.run()))

    def memory(self) -> dict[str, int]:
        """Peak bytes since `prepare`: of the process, above what it held before, of its accelerator."""
        device, peak = self.runner.peak_device_bytes, _peak_memory()
        return {"peak_memory": peak, "task_memory": peak - self.held} | (
            {"device_memory": device()} if device else {}
        )

    def run_memory(self) -> dict[str, int]:
        """Peak bytes of a warm run above what was resident before it; where the peak is counted anew."""
        if platform.system() != "Linux":
            return {}
        gc.collect()
        _reset_peak_memory()
        before = _peak_memory()
        self.runner.run()
        return {"run_memory": _peak_memory() - before}


@contextmanager
def _no_collections() -> Iterator[None]:
    """Collect now and not again before the end: as with timeit, a collection belongs to no run."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _as_arrays(outcome: Outcome) -> Outcome:
    return outcome._make(None if value is None else np.asarray(value) for value in outcome)


def _reset_peak_memory() -> None:
    # Linux counts the peak anew after a 5 is written here; elsewhere it is the whole process's.
    if platform.system() == "Linux":
        Path("/proc/self/clear_refs").write_text("5")


def _peak_memory() -> int:
    if platform.system() == "Linux":
        status = Path("/proc/self/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # macOS gives bytes


def serve(connection: Connection, session: Session) -> None:
    """Answer requests until the other end closes."""
    while True:
        try:
            name, arguments = connection.recv()
        except EOFError:
            return
        try:
            answer = ("done", getattr(session, name)(*arguments))
        except Exception as error:
            traceback.print_exc()  # the whole of it goes to the worker's log
            answer = ("error", f"{type(error).__name__}: {error}".strip())
        connection.send(answer)


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])), Session(sys.argv[2]))
