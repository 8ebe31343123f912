"""The files of a results folder that people read: `summary.md` and `report.html`."""

from pathlib import Path

from benchmarks.contract import Record
from benchmarks.report.lessons_file import load_lessons
from benchmarks.report.markdown import markdown
from benchmarks.report.page import page
from benchmarks.storage.atomic import write_atomically
from benchmarks.storage.results_folder import PAGE, SUMMARY


def write(record: Record, folder: Path) -> None:
    """Write `summary.md`, and `report.html` with the lessons that are stored in the folder."""
    write_pages(pages(record, folder), folder)


def pages(record: Record, folder: Path) -> dict[str, str]:
    """The texts of both files, by name; all are made before one is written.

    All pictures are inside the page, so that the page alone can be passed on.
    """
    return {SUMMARY: markdown(record), PAGE: page(record, load_lessons(folder))}


def write_pages(texts: dict[str, str], folder: Path) -> None:
    """Write files of a results folder."""
    for name, text in texts.items():
        write_atomically(folder / name, text)
