"""Counters of the processors, from files as Linux writes them, and where there are none."""

import math
from types import SimpleNamespace

import pytest

from benchmarks.machine import processors


@pytest.fixture(autouse=True)
def two_of_three_processors(monkeypatch):
    monkeypatch.setattr(processors, "_allowed", lambda: [0, 2])


def test_only_allowed_processors_count(monkeypatch):
    each = [
        SimpleNamespace(user=n, nice=0.0, system=10 * n, idle=99.0, iowait=9.0, steal=100 * n)
        for n in (1.0, 2.0, 4.0)
    ]
    monkeypatch.setattr(processors.psutil, "cpu_times", lambda percpu: each)
    assert processors.busy_and_stolen() == (55.0, 500.0)


def test_files_of_linux_are_read(monkeypatch, tmp_path):
    for number, clock in enumerate(("2000000", "9000000", "3000000")):
        (tmp_path / f"clock{number}").write_text(f"{clock}\n")
        (tmp_path / f"trips{number}").write_text(f"{number + 1}\n")
    monkeypatch.setattr(processors, "CLOCK", str(tmp_path / "clock{}"))
    monkeypatch.setattr(processors, "THROTTLED", str(tmp_path / "trips{}"))
    pressure = tmp_path / "pressure"
    pressure.write_text("some avg10=1.00 avg60=2.00 avg300=3.00 total=1500000\nfull total=7\n")
    monkeypatch.setattr(processors, "PRESSURE", pressure)
    assert (processors.clock(), processors.throttled(), processors.waiting_seconds()) == (
        2500.0,
        4,
        1.5,
    )


def test_what_is_not_told_is_no_disturbance(monkeypatch, tmp_path):
    for name in ("CLOCK", "THROTTLED"):
        monkeypatch.setattr(processors, name, str(tmp_path / "{}"))
    monkeypatch.setattr(processors, "PRESSURE", tmp_path / "none")
    assert processors.throttled() == 0
    assert math.isnan(processors.clock())
    assert math.isnan(processors.waiting_seconds())


def test_this_machine_has_counters_that_grow():
    before, _ = processors.busy_and_stolen()
    assert processors.busy_and_stolen()[0] >= before > 0
