"""The report that a user sees in the terminal when a run ends."""

from dataclasses import replace

import pytest

from benchmarks.contract import Column
from benchmarks.report import terminal
from tests.benchmarks.report.toys import SECTION, ToyKind, record


@pytest.fixture
def show(capsys):
    """The printed report of a run with one task."""

    def shown():
        terminal.show(record({"toy": "sort"}))
        return capsys.readouterr().out

    return shown


@pytest.mark.usefixtures("kinds")
def test_everything_that_the_section_says_is_shown(show):
    words = " ".join(show().split())
    for part in (SECTION.about, SECTION.headline, *SECTION.notes, "952 k",
                 "tf_xla, keras_fit: skipped: needs tensorflow",
                 "tf_eager: failed: ended by [bold]SIGKILL[/bold]",
                 "ceilings: not measured in this run"):  # fmt: skip
        assert part in words


@pytest.mark.usefixtures("kinds")
def test_a_small_table_fits_80_columns(show):
    assert max(map(len, show().splitlines())) <= 80


def test_a_wide_table_never_exceeds_120(kinds, show):
    columns = tuple(Column(f"column {i}", narrow=f"column\n{i}") for i in range(12))
    wide = replace(SECTION, columns=columns, rows=[["1.93 [1.90, 1.97]"] * 12])
    kinds["sort"] = ToyKind("Sorted", wide)
    assert 80 < max(map(len, show().splitlines())) <= 120


@pytest.mark.usefixtures("kinds")
def test_columns_are_as_narrow_as_they_can_be_and_aligned(show):
    lines = show().splitlines()
    table = [line.rstrip() for line in lines if line.startswith((" jax_scan", " torch_compile"))]
    assert table == [" jax_scan          952 k faster", " torch_compile     322 k slower"]
