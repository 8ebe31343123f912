"""The files that the answers are kept in: data, and a page."""

import json
from pathlib import Path
from typing import Any

from benchmarks.semantics.table import semantics_page
from benchmarks.storage.atomic import write_atomically

ANSWERS, TABLES = "semantics.json", "semantics.md"


def save_answers(found: dict[str, Any], folder: Path) -> None:
    """Write what `asking.ask_all` has found, and its page.

    Raises:
        OSError: if they cannot be written.
    """
    write_atomically(folder / ANSWERS, json.dumps(found, indent=1) + "\n")
    write_atomically(folder / TABLES, semantics_page(found))
