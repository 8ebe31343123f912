"""The process of one implementation: loads, prepares and runs it, and measures its costs.

    python -m benchmarks.workers.host FILE_DESCRIPTOR PACKAGE NAME

It answers one request at a time over the connection that it was started with, and sleeps in between. A
request is `(name, arguments)`, where `name` is that of a method of `Host`; an answer is `(Answer, value)`.
"""

import gc
import platform
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks import registry
from benchmarks.contract import Arrays, Outcome, Runner, Start, Task
from benchmarks.workers.array_files import open_arrays
from benchmarks.workers.collecting import times_of_collect
from benchmarks.workers.memory import count_peak_anew, resident_peak
from benchmarks.workers.messages import Collected, Loaded, Prepared, Timed, Unsupported
from benchmarks.workers.serving import end_with_client, serve
from benchmarks.workers.threads import Chosen, fastest_count, usual

WARM_UP = 0.1
"""Seconds of untimed runs before a timed one, two at least, since the first may wait for threads. An epoch
on MNIST takes 40 to 50 ms after half a second of sleep, and 26 ms directly after other epochs."""

LONG = 0.5
"""Seconds of a run from which no warm-up is needed."""

Inputs = tuple[Any, ...]
"""Arguments of `run`, before or after `place`."""


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
        probes: runners of probes with their starts, by the folder of their arrays.
    """

    package: str
    name: str
    module: Any = None
    runner: Runner | None = None
    arrays: Arrays | None = None
    folder: str | Path | None = None
    raw: Any = None
    held: int = 0
    seconds: float = 0.0
    probes: dict[str | Path, tuple[Runner, Start]] = field(default_factory=dict)

    def load(self) -> Loaded:
        """Import the implementation."""
        start = perf_counter()
        self.module = registry.load(self.package, self.name)
        return Loaded(self.module.LIBRARY, perf_counter() - start)

    def prepare(self, task: Task, folder: str | Path) -> Prepared:
        """Discard the last task and prepare this one.

        Raises:
            Unsupported: if this implementation does not support the task or its data.
        """
        reason = self.module.unsupported(task)
        if reason is not None:
            raise Unsupported(reason)
        self.runner = self.raw = self.arrays = None
        gc.unfreeze()
        gc.collect()
        count_peak_anew()
        self.held = resident_peak()
        self.folder, self.arrays = folder, open_arrays(folder)
        start = perf_counter()
        try:
            self.runner = self.module.prepare(task, self.arrays)
        except NotImplementedError as error:
            raise Unsupported(str(error)) from None
        if self.runner.use_threads:  # and not the number that suited the last task
            self.runner.use_threads(usual())
        return Prepared(self._prepared.device, perf_counter() - start)

    def choose_threads(self, *inputs: Any) -> Chosen | None:
        """Find the number of threads with which runs are shortest, and keep to it; None if it is fixed."""
        use_threads, placed = self._prepared.use_threads, self._placed(inputs)
        return fastest_count(use_threads, lambda: self._timed(placed)) if use_threads else None

    def use_threads(self, count: int) -> None:
        """Keep to a number of threads that another process of the same implementation has found."""
        assert self._prepared.use_threads, "what has found a number can be set to it"
        self._prepared.use_threads(count)

    def is_prepared(self, folder: str | Path) -> bool:
        """Whether the task whose arrays are in this folder is the prepared one."""
        return self.runner is not None and self.folder == folder

    def run(self, *inputs: Any) -> float:
        """Run once with these inputs; returns the seconds until the device has finished."""
        placed = self._placed(inputs)
        with _no_garbage_collection():
            return self._timed(placed)

    def warm_up_and_run(self, inputs: Inputs, before: Inputs) -> Timed:
        """`run`, directly after untimed runs with the inputs `before`.

        A worker idles between rounds, so its first run is slow: the processor's clock is low, and its
        caches hold the data of other workers. Runs longer than LONG need no warm-up.
        """
        # Nothing may happen in between: collecting TensorFlow's garbage takes so long that its threads
        # sleep again, and the next epoch on MNIST took 36 ms in place of 27.
        begin, shortest, runs = perf_counter(), 0.0, 0
        placed, placed_before = self._placed(inputs), self._placed(before)
        with _no_garbage_collection():
            start = last = perf_counter()
            while self.seconds < LONG and (runs == 1 or last - start < WARM_UP):
                self._prepared.run(*placed_before)
                now = perf_counter()
                shortest, last, runs = min(shortest or now - last, now - last), now, runs + 1
            seconds = self._timed(placed)
            returned = perf_counter()
            self._prepared.collect(self.raw)
            end = perf_counter()
        return Timed(seconds, end - returned, shortest, end - begin)

    def collect_later(self, *inputs: Any) -> Collected:
        """Seconds that `collect` takes, also once the device must have finished, in a few runs."""
        with _no_garbage_collection():
            return times_of_collect(self._prepared, self._placed(inputs))

    def _placed(self, inputs: Inputs) -> Inputs:
        return tuple(map(self._prepared.place, inputs))

    def _timed(self, placed: Inputs) -> float:
        start = perf_counter()
        self.raw = self._prepared.run(*placed)
        self.seconds = perf_counter() - start
        return self.seconds

    def outcome(self) -> Outcome:
        """The result of the last run."""
        return _as_arrays(self._prepared.collect(self.raw))

    def outcome_after(self, task: Task, folder: str | Path, steps: int) -> Outcome:
        """The result of the first `steps` steps, in a training separate from the prepared task."""
        # files that are mapped twice would count twice in the memory
        same = folder == self.folder and self.arrays is not None
        arrays = self.arrays if same else open_arrays(folder)
        assert arrays is not None
        runner = self.module.prepare(task, arrays.first(steps))
        return _outcome_of(runner, arrays.start)

    def outcome_from(self, start: Start) -> Outcome:
        """The result from another start; `outcome` stays that of the last run."""
        return _outcome_of(self._prepared, start)

    def outcome_in_float32(self, task: Task, start: Start, order: int) -> Outcome:
        """The result of a reference's steps in float32, with the examples of each in this order."""
        assert self.arrays is not None, "a reference is prepared first"
        return _outcome_of(self.module.prepare_float32(task, self.arrays.in_order(order)), start)

    def probe(self, task: Task, folder: str | Path) -> Outcome:
        """The result of a small task beside the prepared one.

        It is prepared the first time only, since that may take longer than all its runs.

        Raises:
            Unsupported: if this implementation does not support it.
        """
        if folder not in self.probes:
            if reason := self.module.unsupported(task):
                raise Unsupported(reason)
            arrays = open_arrays(folder)
            self.probes[folder] = self.module.prepare(task, arrays), arrays.start
        return _outcome_of(*self.probes[folder])

    def memory(self) -> dict[str, float]:
        """Peak memory since `prepare`, in bytes: of process, task (0 if the kernel counts late), device."""
        device, peak = self._prepared.peak_device_bytes, resident_peak()
        found: dict[str, float] = {"peak_memory": peak, "task_memory": max(peak - self.held, 0)}
        return found | ({"device_memory": device()} if device else {})

    def run_memory(self, *inputs: Any) -> dict[str, float]:
        """Peak memory of a warm run above what was resident before it, in bytes; on Linux only."""
        if platform.system() != "Linux":
            return {}
        gc.collect()
        count_peak_anew()
        before = resident_peak()
        self._prepared.run(*self._placed(inputs))
        # The kernel adds up the pages of each thread late, so that a peak may seem to fall.
        return {"run_memory": max(0, resident_peak() - before)}

    @property
    def _prepared(self) -> Runner:
        if self.runner is None:
            raise RuntimeError(
                f"{self.name} has no prepared task to run; call `prepare` before `run`"
            )
        return self.runner


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Collect garbage now and not again before the end: as with timeit, no run includes a collection.

    What is left is not looked at again, since the objects of a library are many: TensorFlow's take 0.2
    seconds, before every round.
    """
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _outcome_of(runner: Runner, start: Start) -> Outcome:
    return _as_arrays(runner.collect(runner.run(runner.place(start))))


def _as_arrays(outcome: Outcome) -> Outcome:
    # in the class of the outcome: a judge returns a `Judgement`
    return type(outcome)._make(None if value is None else np.asarray(value) for value in outcome)


def main(descriptor: int, package: str, name: str) -> None:
    """Serve the client at the other end of a connection."""
    connection = Connection(descriptor)
    threading.Thread(target=end_with_client, args=(connection,), daemon=True).start()
    serve(connection, Host(package, name))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
