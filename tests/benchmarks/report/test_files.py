"""The files of a results folder."""

import pytest

from benchmarks.report.files import write
from benchmarks.report.lessons_file import load_lessons, save_lessons
from tests.benchmarks.report.toys import record

SKIPPED = {"name": "pima", "title": "Pima", "text": "Diabetes.", "skipped": "needs a file"}


def test_lessons_come_back(tmp_path):
    assert load_lessons(tmp_path) == []
    save_lessons([SKIPPED], tmp_path)
    assert load_lessons(tmp_path) == [SKIPPED]


@pytest.mark.usefixtures("kinds")
def test_both_files_are_written_with_the_lessons_of_the_folder(tmp_path):
    save_lessons([SKIPPED], tmp_path)
    write(record({"toy": "sort"}), tmp_path)
    assert (tmp_path / "summary.md").read_text().startswith("# Benchmark")
    assert "needs a file" in (tmp_path / "report.html").read_text()
    assert {p.name for p in tmp_path.iterdir()} == {"summary.md", "report.html", "lessons.json"}
