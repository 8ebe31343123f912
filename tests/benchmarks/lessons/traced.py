"""Lessons that nothing ran: the printed figures stand in for every implementation's."""

from benchmarks import registry
from benchmarks.lessons.goldens import golden
from benchmarks.lessons.tracing import TracedLesson


def as_printed(name: str, *implementations: str) -> TracedLesson:
    """A lesson in which every implementation gives what the tutorial printed, and 0 elsewhere."""
    printed = golden(name)
    values = {
        implementation: [[value or 0.0 for value in series.printed] for series in printed.series]
        for implementation in implementations
    }
    return TracedLesson(registry.lessons()[name], printed, values)
