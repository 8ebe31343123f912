"""Runs are compared on one machine only."""

import pytest

from benchmarks.verdicts.same_work import other_machine
from tests.benchmarks.records import CEILINGS, ENVIRONMENT, record


def with_ceiling(name, factor):
    found = record()
    devices = {"cpu": dict(CEILINGS["devices"]["cpu"])}
    value, library = devices["cpu"][name]
    devices["cpu"][name] = [factor * value, library]
    found.ceilings = {"devices": devices, "missing": {}}
    return found


def test_a_machine_is_the_same_machine():
    assert other_machine(record(), record()) == ""


@pytest.mark.parametrize(("fact", "value"), [("cpu", "Other"), ("cores", 4), ("gpus", ["H200"])])
def test_other_hardware_is_named(fact, value):
    now = record()
    now.environment = ENVIRONMENT | {fact: value}
    assert other_machine(record(), now) == f"{fact} was {ENVIRONMENT[fact]}, is {value}"


@pytest.mark.parametrize(
    ("name", "factor", "words"),
    [
        ("float32", 0.5, "the ceiling of float32 on cpu was 1e+11, is 5e+10"),
        ("launch", 2.0, "the ceiling of launch on cpu was 3e-06, is 6e-06"),
        ("memory", 3.0, "the ceiling of memory on cpu was 1e+10, is 3e+10"),
        ("memory", 1.8, ""),
        ("float32", 1.2, ""),
    ],
)
def test_another_ceiling_is_named_if_it_is_beyond_noise(name, factor, words):
    assert other_machine(record(), with_ceiling(name, factor)) == words
