"""`lessons.json`: the traced lessons of a results folder, as plain data."""

import json
from pathlib import Path
from typing import Any, TypedDict

from benchmarks.exit_status import CannotRun
from benchmarks.storage.atomic import write_atomically
from benchmarks.storage.results_folder import LESSONS
from benchmarks.storage.typed import mismatch


class SavedLesson(TypedDict):
    """What the page shows of a lesson; one that was skipped has only the first three, and its reason."""

    name: str
    title: str
    text: str
    skipped: str
    start: str
    source: str
    verdict: str
    columns: list[str]
    rows: list[list[str]]
    missing: dict[str, str]
    pictures: list[dict[str, str]]
    code: list[dict[str, str]]


ABOUT = {"name", "title", "text"}
FIGURES = {"start", "source", "verdict", "columns", "rows", "missing", "pictures"}


class DamagedLessons(CannotRun):
    """The stored lessons cannot be read; the message says why, and what to do."""


def save_lessons(lessons: list[dict[str, Any]], folder: Path) -> None:
    """Store lessons in a results folder."""
    write_atomically(folder / LESSONS, json.dumps(lessons, indent=1))


def load_lessons(folder: Path) -> list[dict[str, Any]]:
    """The lessons of a results folder; empty if none were traced.

    Raises:
        DamagedLessons: if they are not what was stored.
    """
    path = folder / LESSONS
    if not path.exists():
        return []
    try:
        lessons: list[dict[str, Any]] = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(path, f"it cannot be read: {error}") from None
    wrong = mismatch(lessons, list[SavedLesson], "the lessons")
    if wrong is not None:
        raise _damaged(path, wrong)
    for lesson in lessons:
        wanted = ABOUT if "skipped" in lesson else ABOUT | FIGURES
        if missing := sorted(wanted - set(lesson)):
            raise _damaged(path, f"a lesson has no {', '.join(missing)}")
    return lessons


def _damaged(path: Path, reason: str) -> DamagedLessons:
    return DamagedLessons(
        f"{path} is damaged: {reason}. Restore it from a copy; or remove it, and the page is made without "
        "lessons"
    )
