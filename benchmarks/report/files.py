"""The files of a results folder that people read: `summary.md` and `report.html`."""

from pathlib import Path

from benchmarks.contract import Record
from benchmarks.report.lessons_file import load_lessons
from benchmarks.report.markdown import markdown
from benchmarks.report.page import page
from benchmarks.results import write_atomically


def write(record: Record, folder: Path) -> None:
    """Write `summary.md`, and `report.html` with the lessons that are stored in the folder.

    All pictures are inside the page, so that the page alone can be passed on.
    """
    write_atomically(folder / "summary.md", markdown(record))
    write_atomically(folder / "report.html", page(record, load_lessons(folder)))
