"""`lessons.json`: the traced lessons of a results folder, as plain data."""

import json
from pathlib import Path
from typing import Any

from benchmarks.results import write_atomically

FILE = "lessons.json"


def save_lessons(lessons: list[dict[str, Any]], folder: Path) -> None:
    """Store lessons in a results folder."""
    write_atomically(folder / FILE, json.dumps(lessons, indent=1))


def load_lessons(folder: Path) -> list[dict[str, Any]]:
    """The lessons of a results folder; empty if none were traced."""
    path = folder / FILE
    return json.loads(path.read_text()) if path.exists() else []
