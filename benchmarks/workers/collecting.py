"""How long `collect` takes directly after a run, and when there is nothing left to wait for."""

from time import perf_counter, sleep
from typing import Any

from benchmarks.contract import Runner
from benchmarks.workers.messages import Collected

SECONDS, MOST = 0.3, 10
"""Seconds after which `collect` is not timed again, and how often it is timed at most."""


def times_of_collect(runner: Runner, placed: tuple[Any, ...]) -> Collected:
    """Seconds of `collect` directly after a run, and when the device must have finished, in turn."""
    found = Collected([], [])
    begin = perf_counter()
    while not found.later or (len(found.later) < MOST and perf_counter() - begin < SECONDS):
        start = perf_counter()
        raw = runner.run(*placed)
        returned = perf_counter()
        runner.collect(raw)
        end = perf_counter()
        found.at_once.append(end - returned)
        raw = runner.run(*placed)
        sleep(end - start)  # a program whose `run` returns early needs no longer than that
        start = perf_counter()
        runner.collect(raw)
        found.later.append(perf_counter() - start)
    return found
