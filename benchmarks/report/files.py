"""The files of a results folder that people read: `summary.md` and `report.html`."""

from pathlib import Path

from benchmarks.contract import Record
from benchmarks.report.lessons_file import load_lessons
from benchmarks.report.markdown import markdown
from benchmarks.report.page import page
from benchmarks.storage.atomic import write_atomically
from benchmarks.storage.results_folder import PAGE, SUMMARY


def write(record: Record, folder: Path) -> None:
    """Write `summary.md`, and `report.html` with the lessons that are stored in the folder.

    All pictures are inside the page, so that the page alone can be passed on.
    """
    # both are made before one is written, so that the two never show different runs
    summary, whole_page = markdown(record), page(record, load_lessons(folder))
    write_atomically(folder / SUMMARY, summary)
    write_atomically(folder / PAGE, whole_page)
