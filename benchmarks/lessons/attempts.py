"""How it went to trace a lesson: what it gave, or why there is nothing, in a line."""

from dataclasses import dataclass

from benchmarks.lessons.agreement import comparisons, verdict
from benchmarks.lessons.tracing import LessonFailed, LessonSkipped, TracedLesson, Tracer


@dataclass(frozen=True)
class Attempt:
    """A lesson that was to be traced.

    Attributes:
        name: the lesson.
        traced: the lesson as it was run, or None.
        reason: why it was not run.
        is_damaged: whether its data is here and cannot be used.
    """

    name: str
    traced: TracedLesson | None
    reason: str = ""
    is_damaged: bool = False

    @property
    def has_values(self) -> bool:
        """Whether any implementation ran it."""
        return self.traced is not None and bool(self.traced.values)

    @property
    def has_failed(self) -> bool:
        """Whether anything about it is wrong, and not only missing."""
        if self.traced is None:
            return self.is_damaged
        return bool(self.traced.failed) or not all(c.agrees for c in comparisons(self.traced))

    def line(self) -> str:
        """How it went."""
        if self.traced is None:
            return f"{self.name}: {'failed' if self.is_damaged else 'skipped'}: {self.reason}"
        failed = f"; failed: {', '.join(self.traced.failed)}" if self.traced.failed else ""
        return f"{self.name}: {verdict(self.traced)}{failed}"


def attempt(tracer: Tracer, name: str) -> Attempt:
    """Trace a lesson, if that is possible here."""
    try:
        return Attempt(name, tracer.trace(name))
    except LessonSkipped as reason:
        return Attempt(name, None, str(reason))
    except LessonFailed as reason:
        return Attempt(name, None, str(reason), is_damaged=True)
