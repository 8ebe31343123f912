"""What the report shows of a task: one form for all kinds, for terminal, Markdown and page alike."""

from dataclasses import dataclass

from .charts import Chart


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        name: heading in Markdown and on the page.
        narrow: heading in the terminal, where a column is no wider than what it holds; lines
            separated by newlines. Empty for the name.
        left: whether text is aligned to the left; numbers are not.
    """

    name: str
    narrow: str = ""
    left: bool = False


@dataclass(frozen=True)
class Section:
    """A task with its table.

    Attributes:
        name: of the task.
        about: what was done, in one line.
        why: the reason for the task's numbers.
        source: where the data is from.
        headline: who is fastest, and how certain that is.
        notes: further sentences, the most important first.
        columns: of the table.
        rows: cells, row by row, the best first; only rows that have a time or a curve.
        reasons: why others have none: reason and implementations, a reason once.
        charts: pictures.
    """

    name: str
    about: str
    why: str
    source: str
    headline: str
    notes: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: list[list[str]]
    reasons: list[tuple[str, list[str]]]
    charts: tuple[Chart, ...]
