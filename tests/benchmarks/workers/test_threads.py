"""The number of threads is found by trial, and is kept in every process of a row."""

from types import SimpleNamespace

import pytest

from benchmarks.contract import Runner
from benchmarks.kinds._threads import choose_threads, keep_threads
from benchmarks.kinds.training import TrainingRow
from benchmarks.workers import threads
from benchmarks.workers.host import Host
from benchmarks.workers.threads import choices, fastest_count, usual
from tests.benchmarks.in_process import InProcess


@pytest.fixture
def machine(monkeypatch):
    """`machine(cores, physical)`: a machine of so many cores, of which so many are whole ones."""

    def become(cores, physical=None):
        monkeypatch.setattr(threads, "cores", lambda: cores)
        monkeypatch.setattr(threads.psutil, "cpu_count", lambda logical: physical)

    return become


class Library:
    """What takes a known time with each number of threads, and longer directly after a change of it."""

    def __init__(self, **seconds):
        self.seconds = {int(name.strip("_")): value for name, value in seconds.items()}
        self.count, self.changed, self.runs = None, False, 0

    def use(self, count):
        self.changed = self.count is not None
        self.count = count

    def run(self):
        self.runs += 1
        late, self.changed = 20.0 if self.changed else 0.0, False
        return self.seconds[self.count] + late


@pytest.mark.parametrize(
    ("cores", "physical", "tried"),
    [
        (1, 1, [1]),
        (2, 2, [2, 1]),
        (2, None, [2, 1]),
        (4, 4, [4, 2, 1]),
        (12, 6, [6, 12, 8, 4, 2, 1]),
        (2, 8, [2, 1]),  # some cores of a larger machine
    ],
)
def test_the_usual_number_is_tried_first_then_all_cores_and_powers_of_two(
    machine, cores, physical, tried
):
    machine(cores, physical)
    assert choices() == tried


@pytest.mark.parametrize(
    ("seconds", "count", "gain"),
    [
        ({"_4": 0.1, "_2": 0.2, "_1": 0.3}, 4, 1.0),
        ({"_4": 0.3, "_2": 0.1, "_1": 0.2}, 2, 3.0),
        ({"_4": 0.100, "_2": 0.099, "_1": 0.098}, 4, 1.0),  # no noticeable gain
        ({"_4": 9.0, "_2": 9.5, "_1": 4.5}, 1, 2.0),
    ],
)
def test_the_fastest_number_is_chosen_and_stays_set(machine, seconds, count, gain):
    machine(4)
    library = Library(**seconds)
    assert fastest_count(library.use, library.run) == (count, pytest.approx(gain))
    assert library.count == count


def test_long_runs_are_not_repeated_more_than_needed(machine):
    machine(4)
    library = Library(_4=9.0, _2=9.0, _1=9.0)
    fastest_count(library.use, library.run)
    assert library.runs == 3 * 2


def test_for_very_long_runs_none_is_looked_for(machine):
    machine(4)
    library = Library(_4=11.0, _2=1.0, _1=1.0)
    assert fastest_count(library.use, library.run) == (4, 1.0)
    assert library.runs == 1


def worker_of(use_threads):
    runner = Runner(lambda start: None, lambda raw: raw, use_threads=use_threads)
    module = SimpleNamespace(
        LIBRARY="toy", unsupported=lambda task: None, prepare=lambda task, arrays: runner
    )
    worker = InProcess(module)
    worker.host.runner = runner
    return worker


def test_a_process_started_anew_uses_what_was_found():
    row, used = TrainingRow("toy", "toy"), []
    choose_threads(row, worker_of(used.append), None)
    found = used[-1]
    assert row.costs["threads"] == found
    assert row.costs["threads_gain"] >= 1
    keep_threads(row, worker_of(used.append))
    assert used[-1] == found


def test_what_cannot_be_set_is_left_alone():
    row = TrainingRow("toy", "toy")
    choose_threads(row, worker_of(None), None)
    keep_threads(row, worker_of(None))
    assert "threads" not in row.costs


def test_a_new_task_begins_with_the_usual_number(tmp_path, monkeypatch):
    used = []
    worker = worker_of(used.append)
    monkeypatch.setattr("benchmarks.workers.host.open_arrays", lambda folder: None)
    worker.ask(Host.prepare, None, tmp_path)
    assert used == [usual()]
