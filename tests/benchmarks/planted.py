"""A whole run at the command line, in this process, with a fault planted at one of its moments."""

import errno
import os
import signal
import tempfile
from dataclasses import replace
from types import SimpleNamespace

import pytest

from benchmarks import export, registry, results
from benchmarks import session as sessions
from benchmarks.__main__ import main
from benchmarks.contract import Runner
from benchmarks.frameworks.numpy import numpy_float64
from benchmarks.kinds import _blocks, training
from benchmarks.machine import ceilings
from benchmarks.report import files
from benchmarks.storage import atomic
from benchmarks.timing.rounds import Budget
from benchmarks.workers.worker import WorkerDied
from tests.benchmarks.in_process import Pool
from tests.benchmarks.toy_training import TASK

TASKS = {
    name: replace(TASK, name=name, options={"num_examples": 70}) for name in ("first", "second")
}

CALLS = {1: "first run", 2: "first steps", 4: "round 1", 6: "round 3"}
"""Moments of the second task, by the number of the call of its implementation's `run`."""

REFERENCE, OTHER = "numpy_float64", "numpy_float32"


class Scene:
    """A run of two tasks with two implementations. `plant(moment, action)` adds a fault.

    Attributes:
        tasks: what is run; faults have their place in the second task.
        out: the results folder.
        temporary: the folder for temporary files.
    """

    def __init__(self, folder, monkeypatch):
        self.out, self.temporary, self.patch = folder / "out", folder / "temporary", monkeypatch
        self.temporary.mkdir()
        self.faults, self.tasks = {}, dict(TASKS)
        monkeypatch.setattr(tempfile, "tempdir", str(self.temporary))
        monkeypatch.setattr(registry, "tasks", lambda: self.tasks)
        monkeypatch.setattr(training, "BUDGET", Budget(seconds=0.0, least=5, most=5))
        monkeypatch.setattr(_blocks, "BLOCKS", 1)
        # every round in the order of the rows, so that a moment finds as many rounds before it
        monkeypatch.setattr(sessions.secrets, "randbelow", lambda most: 0)
        monkeypatch.setattr(ceilings, "measure_ceilings", self._ceilings)
        monkeypatch.setattr(sessions, "Pool", lambda folder, timeout, python: self._pool())
        monkeypatch.setattr(files, "page", lambda record, lessons: f"page of {record.started}")
        # asking the processor for its name takes a second
        monkeypatch.setattr(export, "pytest_benchmark_generate_machine_info", dict)
        self._sync = os.fsync
        monkeypatch.setattr(atomic.os, "fsync", self._fsync)

    def plant(self, moment, action):
        self.faults[moment] = action

    def reach(self, moment):
        """Called at each moment of the run."""
        self.faults.get(moment, lambda: None)()

    def run(self, *arguments):
        """The exit status of the run."""
        chosen = [w for t in self.tasks for w in ("--task", t)]
        chosen += [w for i in (REFERENCE, OTHER) for w in ("--implementation", i)]
        return main(["run", *chosen, "--out", str(self.out), "--load-limit", "inf", *arguments])

    def stored(self):
        """Status and number of rounds of each stored row."""
        rows = results.load(self.out).rows
        return {(row.task, row.implementation): (str(row.status), len(row.seconds)) for row in rows}

    def _ceilings(self, quick, variables):
        self.reach("before")
        return {"devices": {}, "missing": {}}

    def _fsync(self, descriptor):
        self.reach("writing")
        self._sync(descriptor)

    def _pool(self):
        return Pool(**{REFERENCE: self._module(REFERENCE), OTHER: self._module(OTHER)})

    def _module(self, name):
        calls = iter(range(1, 100))

        def prepare(task, given):
            inner = numpy_float64.prepare(task, given)

            def run(start):
                if task.name == "second":
                    moment = CALLS.get(next(calls))
                    self.reach(f"{name}, {moment}")
                return inner.run(start)

            return Runner(run, inner.collect)

        return SimpleNamespace(
            LIBRARY=name, unsupported=lambda task: None, prepare=prepare,
            prepare_float32=numpy_float64.prepare_float32,
        )  # fmt: skip

    # faults

    def signal(self, number):
        return lambda: os.kill(os.getpid(), number)

    def full_disk(self):
        """From now on nothing can be written."""
        self.plant("writing", raises(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))))

    def room_again(self):
        self.faults.pop("writing", None)

    def only_here(self):
        """The full disk is that of the results folder; the one for temporary files has room."""
        make = tempfile.mkdtemp

        def elsewhere(**options):
            self.room_again()
            return make(**options)

        self.patch.setattr(sessions.tempfile, "mkdtemp", elsewhere)


def raises(error):
    def act():
        raise error

    return act


KILLED = WorkerDied("the worker was ended by SIGKILL (often because the system ran out of memory)")


@pytest.fixture
def scene(tmp_path, monkeypatch, no_warm_up):
    """The run, in a process that Ctrl-C, SIGTERM and SIGHUP reach."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield Scene(tmp_path, monkeypatch)
    for number, handler in before.items():
        signal.signal(number, handler)
