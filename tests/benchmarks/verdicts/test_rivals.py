"""The best rival is of another library; startup costs and epochs add up to a break-even."""

import pytest

from benchmarks.kinds.training import TrainingRow
from benchmarks.verdicts import rivals


def row(name, library, seconds, first=1.0, imported=0.0):
    costs = {"import": imported, "transfer": 0.0, "first": first}
    return TrainingRow(
        "t", name, library, status="ok", blocks=[seconds] if seconds else [], costs=costs
    )


def test_the_best_rival_is_the_fastest_of_another_library():
    rows = [row("jax_scan", "jax", [1.0]), row("jax_step", "jax", [0.1]),
            row("tf_xla", "tensorflow", [3.0]), row("torch", "torch", [2.0]),
            row("broken", "other", [])]  # fmt: skip
    assert [r.implementation for r in rivals.rivals(rows[0], rows)] == ["torch", "tf_xla"]
    assert rivals.rivals(rows[3], rows)[0].implementation == "jax_step"
    assert rivals.times_best_rival(rows[0], rows).value == pytest.approx(2.0)
    assert rivals.times_best_rival(rows[0], rows[:2]) is None


def test_a_control_is_no_rival_and_has_no_rank():
    rows = [row("jax_scan", "jax", [1.0]), row("jax_scan (again)", "jax", [0.5]),
            row("torch", "torch", [2.0])]  # fmt: skip
    assert rivals.ranked(rows) == [rows[0], rows[2]]
    assert rivals.rivals(rows[2], rows) == rows[:1]
    assert rivals.times_best_rival(rows[2], rows).value == pytest.approx(0.5)


def test_a_row_that_runs_the_same_program_again_gives_its_library_no_second_chance():
    rows = [row("jax_scan", "jax", [1.0]), row("jax_scan_cached", "jax", [0.9]),
            row("torch", "torch", [2.0])]  # fmt: skip
    rows[1].repeats = "jax_scan"
    assert rivals.ranked(rows) == [rows[1], rows[0], rows[2]]
    assert rivals.contenders(rows) == [rows[0], rows[2]]
    assert rivals.times_best_rival(rows[2], rows).value == pytest.approx(0.5)
    assert rivals.times_best_rival(rows[1], rows).value == pytest.approx(2 / 0.9)


def test_compilation_is_what_the_first_run_takes_longer():
    assert rivals.compile_seconds(row("a", "x", [0.2, 0.3, 0.4], first=2.3)) == pytest.approx(2.0)
    assert rivals.compile_seconds(row("a", "x", [0.2], first=0.1)) == 0.0


def test_break_even_is_where_the_total_times_meet():
    # eager: 1 s per epoch, nothing to pay; compiled: 5 s import, 4 s compilation, 0.1 s per epoch
    eager = row("eager", "x", [10.0], first=10.0)
    compiled = row("compiled", "y", [1.0], first=5.0, imported=5.0)
    epochs = rivals.break_even(compiled, [eager, compiled], 10)
    assert epochs == pytest.approx(10.0)
    assert 9.0 + 0.1 * epochs == pytest.approx(1.0 * epochs)
    assert rivals.break_even(eager, [eager, compiled], 10) == 0.0
    slow = row("slow", "z", [20.0], first=30.0)
    assert rivals.break_even(slow, [eager, slow], 10) is None
