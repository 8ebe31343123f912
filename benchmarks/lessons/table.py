"""The table of a traced lesson in the terminal: the printed figures beside the implementations' values."""

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.lessons.agreement import Comparison, comparisons, verdict
from benchmarks.lessons.tracing import TracedLesson

WIDTH = 120
DIGITS = 6


def show_lesson(traced: TracedLesson) -> None:
    """Print the table of a lesson, the reasons why implementations are missing, and the verdict."""
    console = Console(width=WIDTH, highlight=False)
    console.print(
        f"{traced.name}: {traced.golden.source}; start: {traced.golden.start}", style="bold"
    )
    names = list(traced.values)
    table = Table(box=box.SIMPLE_HEAD, padding=0)
    for left in ("at", "figure"):
        table.add_column(left, no_wrap=True)
    headings = (name.replace("_", "\n", 1) for name in names)
    for right in ("tutorial", *headings, "largest\ndifference"):
        table.add_column(right, justify="right", no_wrap=True)
    for comparison in comparisons(traced):
        table.add_row(*cells(comparison, names))
    console.print(table)
    for name, reason in traced.missing.items():
        console.print(f"{name}: {reason}", markup=False)
    console.print(f"{traced.name}: {verdict(traced)}")


def cells(comparison: Comparison, names: list[str]) -> list[str]:
    """A row of the table: moment, quantity, printed value, one per implementation, largest difference."""
    return [
        comparison.moment,
        comparison.series.quantity,
        number(comparison.printed),
        *(number(comparison.values.get(name)) for name in names),
        f"{comparison.spread:.0e}",
    ]


def number(value: float | None) -> str:
    """A value with six digits; empty for None."""
    return "" if value is None else f"{value:.{DIGITS}g}"
