"""Cores are those that the process may use, and a sweep has one part per core up to a limit."""

import os

import pytest

from benchmarks.machine import cores


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="only Linux limits a process")
def test_only_cores_that_the_process_may_use_count(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 5})
    assert cores.cores() == 2


@pytest.mark.parametrize(("available", "parts"), [(1, 1), (3, 3), (64, cores.MOST_PARTS)])
def test_a_sweep_has_a_part_per_core_up_to_a_limit(monkeypatch, available, parts):
    monkeypatch.setattr(cores, "cores", lambda: available)
    assert cores.parts() == parts
