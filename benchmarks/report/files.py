"""The files of a results folder that people read."""

from pathlib import Path

from benchmarks.record import Record, write_atomically
from benchmarks.report import lessons
from benchmarks.report.page import page
from benchmarks.report.summary import markdown


def write(record: Record, folder: Path) -> None:
    """Write `summary.md` and `report.html`, and point `latest` beside `folder` to it.

    Each picture is inside the page, so that the page can be passed on alone.
    """
    write_atomically(folder / "summary.md", markdown(record))
    write_atomically(folder / "report.html", page(record, lessons.load(folder)))


def point_latest(folder: Path) -> None:
    """Make `latest`, beside `folder`, a link to it."""
    fresh = folder.parent / f".latest.{folder.name}"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(folder.name)
    fresh.replace(folder.parent / "latest")
