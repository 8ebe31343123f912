"""Traced lessons without a run: every implementation has the printed figures."""

from benchmarks import registry
from benchmarks.lessons.goldens import golden
from benchmarks.lessons.tracing import TracedLesson


def as_printed(name: str, *implementations: str) -> TracedLesson:
    """A lesson in which the values of every implementation are the printed ones, or 0 if there are none."""
    printed = golden(name)
    values = {
        implementation: [[value or 0.0 for value in series.printed] for series in printed.series]
        for implementation in implementations
    }
    return TracedLesson(registry.lessons()[name], printed, values)
