"""What others use is told apart from what this run uses, and is named."""

import math
import os
import signal
import subprocess
import sys
from types import SimpleNamespace

import pytest

from benchmarks.machine import load
from benchmarks.machine.load import Disturbance, Load, Watch
from tests.benchmarks.as_typed import ENVIRONMENT

WORKER, CHILD, HOG = 11, 12, 13


class Machine:
    """Processors and processes whose CPU time the test decides; each step takes a second.

    `use(seconds, of)` is CPU time of a process, `of=None` that of one that cannot be seen.
    """

    def __init__(self, patch):
        self.now, self.total, self.stolen, self.trips = 0.0, 0.0, 0.0, 0
        self.processes = {os.getpid(): 0.0, WORKER: 0.0, HOG: 0.0}
        self.hog = 0.0
        patch.setattr(load, "perf_counter", lambda: self.now)
        patch.setattr(load, "sleep", self.sample)
        patch.setattr(load.processors, "busy_and_stolen", lambda: (self.total, self.stolen))
        patch.setattr(load.processors, "throttled", lambda: self.trips)
        patch.setattr(load.processors, "clock", lambda: 2500.0)
        patch.setattr(load.psutil, "Process", lambda number: self.process(number))
        patch.setattr(load.psutil, "process_iter", lambda _: map(self.process, self.processes))
        patch.setattr(load.os, "getsid", lambda number: {CHILD: WORKER}.get(number, number))

    def process(self, number):
        used = lambda: SimpleNamespace(user=self.processes[number], system=0.0)
        info = {"name": "hog" if number == HOG else "worker", "cpu_times": used()}
        return SimpleNamespace(pid=number, cpu_times=used, info=info)

    def use(self, seconds, of=None):
        self.total += seconds
        if of is not None:
            self.processes[of] = self.processes.get(of, 0.0) + seconds

    def sample(self, seconds):
        self.now += seconds
        self.use(self.hog * seconds, HOG)

    def span(self, watch, *used):
        """What `watch` says of a second in which these pairs of seconds and process were used."""
        watch.start()
        self.now += 1.0
        for seconds, process in used:
            self.use(seconds, process)
        return watch.disturbed()


@pytest.fixture
def machine(monkeypatch):
    return Machine(monkeypatch)


@pytest.fixture
def watch(machine):
    return Watch(lambda: [WORKER], limit=0.1)


def test_what_this_run_uses_is_no_disturbance(machine, watch):
    assert machine.span(watch, (0.5, os.getpid()), (0.9, WORKER), (0.05, HOG)) is None
    (seen,) = watch.loads
    assert (seen.seconds, seen.others) == (1.0, pytest.approx(0.05))
    assert seen.clock == 2500.0


def test_who_disturbs_is_named_with_its_share(machine, watch):
    machine.hog = 0.97
    found = machine.span(watch, (0.9, WORKER), (0.97, HOG))
    assert str(found) == "others used 97% of a core: hog 97%"


def test_what_cannot_be_seen_is_said_to_be(machine, watch):
    assert "cannot be seen from here" in str(machine.span(watch, (0.5, None)))


def test_what_a_hypervisor_withholds_disturbs_too(machine, watch):
    machine.stolen = 0.4
    watch.start()
    machine.now, machine.stolen = machine.now + 1, 0.8
    assert "the hypervisor withheld 40%" in str(watch.disturbed())


def test_processors_that_are_slowed_down_disturb(machine, watch):
    watch.start()
    machine.now, machine.trips = machine.now + 1, 1
    assert "slowed down by their heat" in str(watch.disturbed())


def test_what_a_worker_has_started_is_its_own_once_it_is_known(machine, watch):
    """As the processes that joblib starts: they are found when something is suspected."""
    assert machine.span(watch, (0.9, CHILD)) is not None
    assert machine.span(watch, (0.9, CHILD)) is None


def test_a_short_span_is_not_disturbed_by_a_tick_of_the_clock(machine, watch):
    watch.start()
    machine.now += 0.1
    machine.use(0.02)
    assert watch.disturbed() is None


def test_a_watch_without_limit_records_only(machine):
    watch = Watch(lambda: [WORKER])
    assert machine.span(watch, (1.0, HOG)) is None
    assert watch.recorded()["others"] == [1.0]


def test_what_is_recorded_is_plain_data_and_begins_anew(machine, watch):
    machine.hog = 0.5
    machine.span(watch, (0.01, HOG))
    machine.span(watch, (0.5, HOG))
    found = watch.recorded()
    assert (found["others"], found["steal"]) == ([0.01, 0.5], [0.0, 0.0])
    assert (found["disturbed"], found["by"]) == (1, "others used 50% of a core: hog 50%")
    assert math.isfinite(sum(found["waiting"]))
    assert watch.recorded()["others"] == []


def test_a_disturbance_says_most_first():
    busy = Load(1.0, 0.9, 0.0, 0.5, 0, math.nan)
    said = str(Disturbance(busy, (("cc1plus", 0.6), ("make", 0.3))))
    assert said == "others used 90% of a core: cc1plus 60%, make 30%"


def test_what_a_real_worker_starts_is_not_among_the_others():
    """A worker leads a session, and so all that its library starts is in that session."""
    start = "import subprocess as s; s.Popen(['sleep', '60']); print(flush=True); s.run(['sleep', '60'])"
    worker = subprocess.Popen(
        [sys.executable, "-c", start], start_new_session=True, stdout=subprocess.PIPE
    )
    try:
        worker.stdout.readline()  # by then its child runs
        (child,) = load.psutil.Process(worker.pid).children()[:1]
        watch = Watch(lambda: [worker.pid], limit=0.0)
        assert not {worker.pid, child.pid, os.getpid()} & set(watch._scan())
        assert child.pid in watch._read().own
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.communicate()


def test_a_real_program_that_spins_is_seen():
    # it starts after the watch, and cannot be a child of a worker
    watch = Watch(limit=0.01)
    program = subprocess.Popen([sys.executable, "-c", "while True: pass"], env=ENVIRONMENT)
    try:
        seen = []
        while not seen:  # on a machine with other work it may have to wait for a processor
            watch.start()
            load.sleep(0.3)
            seen = [found for found in [watch.disturbed()] if found]
    finally:
        program.kill()
        program.wait()
    assert seen[0].load.others > 0
    assert seen[0].users or "cannot be seen" in str(seen[0])
