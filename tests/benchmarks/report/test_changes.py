"""What is said of two runs, in a terminal and in a pull request."""

from benchmarks.report import terminal
from benchmarks.report.changes import overview, pull_request
from benchmarks.verdicts.changes import changes
from tests.benchmarks.verdicts.test_changes import run


def runs():
    before, now = run(1), run(2, machine=1.3, slower=[("jax_scan", 1.2)])
    next(row for row in now.rows if row.library == "numpy").differ("a weight differs by 1 | 2")
    return before, now


def test_the_overview_counts_rows_and_tells_what_the_machine_did():
    said = overview(changes(*runs()))
    assert said.startswith("Of 5 rows: 1 slower, 1 same, 2 cannot tell, 1 lost.")
    assert "The machine took 1.2" in said or "The machine took 1.3" in said


def test_a_pull_request_has_each_row_and_both_runs():
    before, now = runs()
    text = pull_request(before, now, changes(before, now))
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert len(rows) == 6
    assert [line.split(" | ")[-1] for line in rows if "jax_scan" in line] == ["slower |"]
    assert "`numpy_float32`: lost: now parity failed: a weight differs by 1 | 2" in text
    assert text.count("2 cores of Some CPU") == 2


def test_a_comparison_fits_in_80_columns(capsys):
    terminal.show_comparison(changes(*runs()))
    shown = capsys.readouterr().out
    assert max(len(line) for line in shown.splitlines()) <= 80
    assert "numpy_float32: lost: now parity failed" in shown


def test_rows_without_another_library_say_so(capsys):
    before, now = run(1), run(2, versions={"jax": "1", "torch": "2", "numpy": "2"})
    terminal.show_comparison(changes(before, now))
    said = " ".join(capsys.readouterr().out.split())
    assert "a change of the machine from one of the program: " in said
