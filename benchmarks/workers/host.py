"""The process of one implementation: loads, prepares and runs it, and measures its costs.

    python -m benchmarks.workers.host FILE_DESCRIPTOR PACKAGE NAME

It answers one request at a time over the connection that it was started with, and sleeps in between. A
request is `(name, arguments)`, where `name` is that of a method of `Host`; an answer is `(Answer, value)`.
"""

import gc
import os
import platform
import re
import resource
import select
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import numpy as np

from benchmarks import registry
from benchmarks.contract import Arrays, Outcome, Runner, Task
from benchmarks.workers.array_files import open_arrays
from benchmarks.workers.messages import Answer, Loaded, Prepared, Unsupported

WARM_UP = 0.1
"""Seconds of untimed runs before a timed one. An epoch on MNIST takes 40 to 50 ms after half a second of
sleep, and 26 ms directly after other epochs."""

LONG = 0.5
"""Seconds of a run from which no warm-up is needed."""

BATCH = 1e-3
"""Seconds of a batch: shorter runs are timed several at once, so that reading the clock does not count."""

GRACE = 1.0
"""Seconds that a worker without a client gets to end by itself before it is killed."""


@dataclass
class Host:
    """One implementation, and the task it is prepared for.

    Attributes:
        package, name: plugin folder and name of the implementation.
        module: module of the implementation, once loaded.
        runner, arrays, folder: runner, arrays and folder of the prepared task.
        raw: value that the last run returned.
        held: bytes that were resident before the task was prepared.
        seconds: duration of the last run.
    """

    package: str
    name: str
    module: Any = None
    runner: Runner | None = None
    arrays: Arrays | None = None
    folder: Path | None = None
    raw: Any = None
    held: int = 0
    seconds: float = 0.0

    def load(self) -> Loaded:
        """Import the implementation."""
        start = perf_counter()
        self.module = registry.load(self.package, self.name)
        return Loaded(self.module.LIBRARY, perf_counter() - start)

    def prepare(self, task: Task, folder: Path) -> Prepared:
        """Discard the last task and prepare this one.

        Raises:
            Unsupported: if this implementation does not support the task or its data.
        """
        reason = self.module.unsupported(task)
        if reason is not None:
            raise Unsupported(reason)
        self.runner = self.raw = self.arrays = None
        gc.collect()
        _reset_peak_memory()
        self.held = _peak_memory()
        self.folder, self.arrays = folder, open_arrays(folder)
        start = perf_counter()
        try:
            self.runner = self.module.prepare(task, self.arrays)
        except NotImplementedError as error:
            raise Unsupported(str(error)) from None
        return Prepared(self._prepared.device, perf_counter() - start)

    def run(self, *inputs: Any) -> float:
        """Run once from the initial parameters; returns the seconds until the device has finished."""
        with _no_garbage_collection():
            return self._timed(*inputs)

    def warm_up_and_run(self, *inputs: Any) -> float:
        """`run`, directly after untimed runs; seconds of one of a batch if they are short.

        A worker idles between rounds, so its first run is slow: the processor's clock is low, and its
        caches hold the data of other workers. Runs longer than LONG need no warm-up.
        """
        # Nothing may happen in between: collecting TensorFlow's garbage takes so long that its threads
        # sleep again, and the next epoch on MNIST took 36 ms in place of 27.
        with _no_garbage_collection():
            start = perf_counter()
            while self.seconds < LONG and perf_counter() - start < WARM_UP:
                self._prepared.run(*inputs)
            # the last run was as long as this one will be
            batch = ceil(BATCH / self.seconds) if 0 < self.seconds < BATCH else 1
            return self._timed(*inputs, batch=batch)

    def _timed(self, *inputs: Any, batch: int = 1) -> float:
        start = perf_counter()
        for _ in range(batch):
            self.raw = self._prepared.run(*inputs)
        self.seconds = (perf_counter() - start) / batch
        return self.seconds

    def outcome(self) -> Outcome:
        """The result of the last run."""
        return _as_arrays(self._prepared.collect(self.raw))

    def outcome_after(self, task: Task, folder: Path, steps: int) -> Outcome:
        """The result of the first `steps` steps, in a training separate from the prepared task."""
        # files that are mapped twice would count twice in the memory
        same = folder == self.folder and self.arrays is not None
        arrays = self.arrays if same else open_arrays(folder)
        assert arrays is not None
        runner = self.module.prepare(task, arrays.first(steps))
        return _as_arrays(runner.collect(runner.run()))

    def memory(self) -> dict[str, float]:
        """Peak memory since `prepare`, in bytes: of the process, of the task, of the accelerator."""
        device, peak = self._prepared.peak_device_bytes, _peak_memory()
        found: dict[str, float] = {"peak_memory": peak, "task_memory": peak - self.held}
        return found | ({"device_memory": device()} if device else {})

    def run_memory(self) -> dict[str, float]:
        """Peak memory of a warm run above what was resident before it, in bytes; on Linux only."""
        if platform.system() != "Linux":
            return {}
        gc.collect()
        _reset_peak_memory()
        before = _peak_memory()
        self._prepared.run()
        return {"run_memory": _peak_memory() - before}

    @property
    def _prepared(self) -> Runner:
        if self.runner is None:
            raise RuntimeError(
                f"{self.name} has no prepared task to run; call `prepare` before `run`"
            )
        return self.runner


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Collect garbage now and not again before the end: as with timeit, no run includes a collection."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _as_arrays(outcome: Outcome) -> Outcome:
    # in the class of the outcome: a judge returns a `Judgement`
    return type(outcome)._make(None if value is None else np.asarray(value) for value in outcome)


def _reset_peak_memory() -> None:
    # writing a 5 here resets the peak on Linux; elsewhere it is the peak of the whole process
    if platform.system() == "Linux":
        Path("/proc/self/clear_refs").write_text("5")


def _peak_memory() -> int:
    if platform.system() == "Linux":
        found = re.search(
            r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(errors="replace")
        )
        assert found is not None
        return int(found.group(1)) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # in bytes on macOS


def serve(connection: Connection, host: Host) -> None:
    """Answer requests until the client closes the connection."""
    while True:
        try:
            name, arguments = connection.recv()
        except EOFError:
            return
        answer: tuple[Answer, Any]
        try:
            answer = (Answer.DONE, getattr(host, name)(*arguments))
        except Unsupported as reason:
            answer = (Answer.UNSUPPORTED, str(reason))
        except Exception as error:
            traceback.print_exc()  # the traceback goes to the worker's log
            answer = (Answer.ERROR, f"{type(error).__name__}: {error}".strip())
        connection.send(answer)


def end_with_client(connection: Connection) -> None:
    """Wait until the client is gone; then end this process and all that it has started.

    An idle worker ends when it finds its connection closed. One that is busy would go on for minutes after
    its client was killed.
    """
    watched = select.poll()
    watched.register(connection.fileno(), 0)  # only whether the other end is there
    watched.poll()
    sleep(GRACE)
    # a group of its own, since it was started in a session of its own
    os.killpg(os.getpid(), signal.SIGKILL)


def main(descriptor: int, package: str, name: str) -> None:
    """Serve the client at the other end of a connection."""
    connection = Connection(descriptor)
    threading.Thread(target=end_with_client, args=(connection,), daemon=True).start()
    serve(connection, Host(package, name))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
