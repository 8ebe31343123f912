"""Lessons for the page: traced, drawn, and kept as plain data beside the results."""

import json
from itertools import groupby
from pathlib import Path
from typing import Any

from benchmarks import discover
from benchmarks.agreement import Comparison, comparisons, verdict
from benchmarks.record import write_atomically
from benchmarks.report import image_pictures, lesson_pictures
from benchmarks.report.svg import svg
from benchmarks.report.trace_table import cells
from benchmarks.trace import Trace

FILE = "lessons.json"

HEIGHTS = {
    "image_grid": 5.0, "image_predictions": 5.5, "first_image": 3.4, "parameter_curves": 2.2,
    "before_and_after": 2.9,
}  # fmt: skip

ROWS = 20
"""Rows of a figure on the page; longer ones show every so many, and the last."""

PREFERRED = ("jax_scan", "jax_step", "numpy_float64")
"""Whose run is drawn; they agree, so it does not matter."""


def lesson(trace: Trace) -> dict[str, Any]:
    """A traced lesson as plain data: text, table, pictures. To be called while its workers live."""
    about = discover.lessons()[trace.task]
    names = list(trace.values)
    # a curve needs the loss of each step, which not every framework's own loop gives
    drawable = {name: run for name, run in trace.runs.items() if run.outcome.losses is not None}
    drawn = next((drawable[name] for name in (*PREFERRED, *names) if name in drawable), None)
    pictures = [] if drawn is None else [_picture(name, drawn, trace) for name in about.pictures]
    return {
        "name": trace.task,
        "title": about.title,
        "text": about.text,
        "start": trace.start,
        "source": drawn.dataset.source if drawn else "",
        "verdict": verdict(trace),
        "columns": ["at", "figure", "tutorial", *names, "largest difference"],
        "rows": [cells(c, names) for c in _thinned(list(comparisons(trace)))],
        "missing": trace.missing,
        "pictures": pictures,
    }


def skipped(name: str, reason: str) -> dict[str, Any]:
    """A lesson whose data is missing."""
    about = discover.lessons()[name]
    return {"name": name, "title": about.title, "text": about.text, "skipped": reason}


def save(lessons: list[dict[str, Any]], folder: Path) -> None:
    """Keep lessons in a results folder."""
    write_atomically(folder / FILE, json.dumps(lessons, indent=1))


def load(folder: Path) -> list[dict[str, Any]]:
    """The lessons kept in a results folder; none if there are none."""
    path = folder / FILE
    return json.loads(path.read_text()) if path.exists() else []


def _thinned(every: list[Comparison]) -> list[Comparison]:
    kept = []
    for _, group in groupby(every, key=lambda c: c.figure):
        moments = list(group)
        stride = -(-len(moments) // ROWS)
        kept += moments[::stride]
        if (len(moments) - 1) % stride:
            kept.append(moments[-1])
    return kept


def _picture(name: str, run: Any, trace: Trace) -> dict[str, str]:
    module = lesson_pictures if hasattr(lesson_pictures, name) else image_pictures
    draw = getattr(module, name)
    caption = draw.__doc__.splitlines()[0]
    drawing = svg(lambda canvas: draw(canvas, run, trace.figures), HEIGHTS.get(name, 3.0))
    return {"name": name, "caption": caption, "svg": drawing}
