"""One item per task and implementation, as pytest-benchmark expects them."""

from typing import Any

import pytest

from benchmarks.contract import Status
from benchmarks.export import extra_info
from benchmarks.session import Session


# rows without parity or data have nothing to hand over, and say so themselves
@pytest.mark.filterwarnings("ignore:Benchmark fixture was not used")
def test_row(
    task: str,
    implementation: str,
    session_of_rows: Session,
    benchmark: Any,
    request: pytest.FixtureRequest,
) -> None:
    row = next(r for r in session_of_rows.rows(task) if r.implementation == implementation)
    if row.status in (Status.SKIPPED, Status.NOT_REACHED, Status.BUSY):
        pytest.skip(row.explanation())
    if row.status is not Status.OK:
        pytest.fail(row.explanation(), pytrace=False)
    benchmark.extra_info.update(extra_info(row))
    rounds = iter(row.seconds)
    marker = request.node.get_closest_marker("benchmark")
    clock = marker.kwargs["timer"]
    benchmark.pedantic(lambda: clock.advance(next(rounds)), rounds=len(row.seconds), iterations=1)
