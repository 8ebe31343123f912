"""How long `collect` takes when there is nothing left to wait for."""

from time import perf_counter, sleep
from typing import Any

from benchmarks.contract import Runner

SECONDS, MOST = 0.3, 10
"""Seconds after which `collect` is not timed again, and how often it is timed at most."""


def times_of_collect(runner: Runner, placed: tuple[Any, ...]) -> list[float]:
    """Seconds of `collect` in a few runs, each time after the device must have finished."""
    found: list[float] = []
    begin = perf_counter()
    while not found or (len(found) < MOST and perf_counter() - begin < SECONDS):
        start = perf_counter()
        runner.collect(runner.run(*placed))
        # a program whose `run` returns early needs no longer than this
        duration = perf_counter() - start
        raw = runner.run(*placed)
        sleep(duration)
        start = perf_counter()
        runner.collect(raw)
        found.append(perf_counter() - start)
    return found
