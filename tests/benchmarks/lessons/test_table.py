"""The table of a lesson in the terminal."""

import pytest

from benchmarks import registry
from benchmarks.lessons import table
from benchmarks.lessons.tracing import IMPLEMENTATIONS
from tests.benchmarks.lessons.traced import as_printed


@pytest.mark.parametrize("name", registry.lessons())
def test_a_table_fits_the_terminal(name, capsys):
    table.show_lesson(as_printed(name, *IMPLEMENTATIONS))
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= table.WIDTH
    assert all(implementation.split("_")[0] in text for implementation in IMPLEMENTATIONS)


def test_a_missing_implementation_is_shown_with_its_reason(capsys):
    traced = as_printed("six_points", "numpy_float64")
    traced.missing["tf_xla"] = "needs [tensorflow]"
    table.show_lesson(traced)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("six_points: figures printed by a public")
    assert lines[-2] == "tf_xla: needs [tensorflow]"
    assert lines[-1] == "six_points: the printed digits; implementations agree to 15 digits"


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (0.638677, "0.638677"), (1656.5500488, "1656.55"), (1.0, "1")]
)
def test_numbers_have_six_digits(value, text):
    assert table.number(value) == text
