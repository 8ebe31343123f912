"""A task's section of the report, the same form for all kinds, in the terminal, Markdown and the page."""

from dataclasses import dataclass

from .charts import Chart


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        name: heading in Markdown and on the page.
        narrow: shorter heading for the terminal, of several lines; empty if it is the name.
        left: whether the cells are aligned to the left, as text is, and not to the right, as numbers.
    """

    name: str
    narrow: str = ""
    left: bool = False


@dataclass(frozen=True)
class Section:
    """A task with its table.

    Attributes:
        name: name of the task.
        about: the task in one line: model, sizes, optimizer or penalties.
        why: the reason for the task's numbers.
        source: origin of the data.
        headline: which implementation is fastest, and how certain that is.
        notes: further sentences, the most important first.
        columns: columns of the table.
        rows: cells of each row of the table, the best row first; only rows with a time or a curve.
        reasons: pairs of a reason and the implementations that have no time for it.
        charts: charts below the table.
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
