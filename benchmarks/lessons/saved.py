"""Traced lessons as plain data for the page: text, table, pictures and code."""

from itertools import groupby
from typing import Any

from benchmarks import registry
from benchmarks.contract import Lesson
from benchmarks.lessons.agreement import Comparison, comparisons, verdict
from benchmarks.lessons.excerpts import excerpts
from benchmarks.lessons.pictures import PICTURES
from benchmarks.lessons.table import cells
from benchmarks.lessons.tracing import TracedLesson
from benchmarks.lessons.trained import TrainedImplementation
from benchmarks.report.svg import svg

ROWS = 20
"""Most rows of a series on the page; a longer series is thinned out and keeps its last row."""

PREFERRED = ("jax_scan", "jax_step", "numpy_float64")
"""Implementations for the pictures, of which the first that ran is drawn; all agree."""


def lesson(traced: TracedLesson) -> dict[str, Any]:
    """A traced lesson as plain data. Its workers must still run, since pictures may train further steps."""
    names = list(traced.values)
    drawn = _drawn(traced)
    return {
        **_about(traced.lesson),
        "start": traced.golden.start,
        "source": drawn.case.dataset.source if drawn else "",
        "verdict": verdict(traced),
        "columns": ["at", "figure", "tutorial", *names, "largest difference"],
        "rows": [cells(c, names) for c in _thinned(list(comparisons(traced)))],
        "missing": traced.missing,
        "pictures": [_picture(name, drawn, traced) for name in traced.lesson.pictures]
        if drawn
        else [],
    }


def skipped(name: str, reason: str) -> dict[str, Any]:
    """A lesson that could not be run, as plain data."""
    return {**_about(registry.lessons()[name]), "skipped": reason}


def _about(lesson: Lesson) -> dict[str, Any]:
    return {
        "name": lesson.task.name,
        "title": lesson.title,
        "text": lesson.text,
        "code": excerpts(lesson),
    }


def _drawn(traced: TracedLesson) -> TrainedImplementation | None:
    """The implementation that pictures show: curves need the loss of each step, which not all report."""
    drawable = {name: t for name, t in traced.trained.items() if t.outcome.losses is not None}
    chosen = (drawable[name] for name in (*PREFERRED, *traced.values) if name in drawable)
    return next(chosen, None)


def _thinned(every: list[Comparison]) -> list[Comparison]:
    kept = []
    for _, group in groupby(every, key=lambda c: c.series):
        moments = list(group)
        stride = -(-len(moments) // ROWS)
        kept += moments[::stride]
        if (len(moments) - 1) % stride:
            kept.append(moments[-1])
    return kept


def _picture(name: str, trained: TrainedImplementation, traced: TracedLesson) -> dict[str, str]:
    picture = PICTURES[name]
    drawing = svg(
        lambda canvas: picture.draw(canvas, trained, traced.golden.series), picture.height
    )
    return {"name": name, "caption": picture.caption, "svg": drawing}
