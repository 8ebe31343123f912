"""One item per task and implementation, as pytest-benchmark expects them."""

from dataclasses import asdict

import pytest

_now = 0.0


def clock() -> float:
    """The time that the measured rounds have taken so far, in seconds.

    pytest-benchmark reads it before and after every round, while we put it forward by what the worker
    measured in its own process.
    """
    return _now


def advance(seconds: float) -> None:
    global _now
    _now += seconds


# rows without parity or data have nothing to hand over, and say so themselves
@pytest.mark.filterwarnings("ignore:Benchmark fixture was not used")
@pytest.mark.benchmark(timer=clock)
def test_training(task, framework, measured, benchmark):
    row = measured.row(task, framework)
    if row.status in ("skipped", "not reached"):
        pytest.skip(row.explanation())
    if row.status != "ok":
        pytest.fail(row.reason, pytrace=False)
    benchmark.group = task
    benchmark.extra_info.update(
        {name: value for name, value in asdict(row).items() if name != "seconds"}
    )
    rounds = iter(row.seconds)
    benchmark.pedantic(lambda: advance(next(rounds)), rounds=len(row.seconds), iterations=1)
