"""What cannot be is a failure and no figure."""

import pytest

from benchmarks.kinds.training import TrainingRow
from benchmarks.machine.roofline import Roof
from benchmarks.proof.plausible import require_possible

ROOF = Roof(seconds=1e-3, step=1e-4, launch=None, limit="memory")


def row(seconds=2e-3, **costs):
    return TrainingRow(
        "toy", "A", status="ok", blocks=[[seconds] * 5], costs={"import": 1.0} | costs
    )


@pytest.mark.parametrize("roof", [ROOF, None])
def test_possible_figures_stay(roof):
    of = row()
    require_possible(of, roof)
    assert (of.status, len(of.seconds)) == ("ok", 5)


def test_a_time_below_the_roofline_is_a_failure():
    of = row(seconds=0.9e-3)
    require_possible(of, ROOF)
    assert (of.status, of.seconds) == ("failed", [])
    assert "at the ceiling of memory it takes 1.0e-03 s" in of.reason


@pytest.mark.parametrize("cost", [-1195.0, float("nan")])
def test_a_cost_below_zero_is_a_failure(cost):
    of = row(transfer=cost)
    require_possible(of, None)
    assert (of.status, of.seconds) == ("failed", [])
    assert "as its transfer, expected no less than 0" in of.reason


def test_a_row_without_a_time_keeps_its_reason():
    of = TrainingRow("toy", "A", status="skipped", reason="not installed", costs={"import": -1.0})
    require_possible(of, ROOF)
    assert (of.status, of.reason) == ("skipped", "not installed")
