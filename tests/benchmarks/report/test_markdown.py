"""`summary.md` is a self-contained document."""

from dataclasses import replace

import pytest

from benchmarks.report.markdown import markdown
from tests.benchmarks.report.toys import NOTHING, SECTION, ToyKind, record


@pytest.mark.usefixtures("kinds")
def test_a_summary_has_machine_chapters_legends_and_tables():
    text = markdown(record({"toy": "sort"}))
    assert text.startswith(
        "# Benchmark\n\n2 cores of Some CPU, 8.0 GiB; Linux; Python 3.11; jax 0.10"
    )
    assert "by `pytest`." in text
    assert "Ceilings: not measured in this run." in text
    assert "# Sorted\n\nWhat is measured, and how.\n\n- *examples/s*: median of the rounds" in text
    assert f"## toy\n\n{SECTION.about}. {SECTION.headline} {' '.join(SECTION.notes)}" in text
    assert "| implementation | examples/s | verdict |\n| --- | ---: | --- |\n| jax_scan |" in text
    assert "`tf_xla`, `keras_fit`: skipped: needs tensorflow" in text


def test_a_task_without_rows_has_no_table(kinds):
    kinds["sort"] = ToyKind("Sorted", NOTHING)
    text = markdown(record({"toy": "sort"}))
    assert "Nothing was timed." in text
    assert "\n|" not in text


def test_a_bar_does_not_end_its_cell(kinds):
    kinds["sort"] = ToyKind("Sorted", replace(SECTION, rows=[["a|b", "1", "faster"]]))
    assert r"| a\|b | 1 | faster |" in markdown(record({"toy": "sort"}))
