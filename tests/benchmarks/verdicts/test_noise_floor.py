"""The noise floor is what the control and the row that it repeats differ by."""

import pytest

from benchmarks.kinds.training import TrainingRow
from benchmarks.verdicts.noise_floor import WITHOUT_CONTROL, noise_floor


def row(name, *seconds, status="ok"):
    return TrainingRow("t", name, "jax", status=status, blocks=[[each] for each in seconds])


@pytest.mark.parametrize("factor", [1.1, 1 / 1.1])
def test_it_is_a_relative_difference_whichever_is_slower(factor):
    first = row("a", 1.0, 1.0, 1.0)
    found = noise_floor([row("b", 9.0, 9.0), first, row("a (again)", *[factor] * 3)])
    assert found.floor == pytest.approx(0.1)
    assert found.control is first
    assert found.times.value == pytest.approx(factor)


@pytest.mark.parametrize(
    "rows",
    [
        [row("a", 1.0, 1.0)],
        [row("a", 1.0, 1.0), row("a (again)", status="failed")],
        [row("a", status="failed"), row("a (again)", 1.0, 1.0)],
        [row("a", 1.0), row("a (again)", 1.1)],  # one process shows no noise of processes
    ],
)
def test_without_a_control_it_is_what_was_seen_before(rows):
    assert noise_floor(rows) == (WITHOUT_CONTROL, None, None)
