"""A traced lesson in the terminal: the tutorial's figures and everybody's, side by side."""

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.agreement import Comparison, comparisons, verdict
from benchmarks.report.summary import WIDTH
from benchmarks.trace import Trace

DIGITS = 6


def show(trace: Trace) -> None:
    """Print the table of a lesson, its verdict, and who is missing for which reason."""
    console = Console(width=WIDTH, highlight=False)
    console.print(f"{trace.task}: {trace.source}; start: {trace.start}", style="bold")
    names = list(trace.values)
    table = Table(box=box.SIMPLE_HEAD, padding=0)
    for left in ("at", "figure"):
        table.add_column(left, no_wrap=True)
    for right in (
        "tutorial",
        *(name.replace("_", "\n", 1) for name in names),
        "largest\ndifference",
    ):
        table.add_column(right, justify="right", no_wrap=True)
    for comparison in comparisons(trace):
        table.add_row(*cells(comparison, names))
    console.print(table)
    for name, reason in trace.missing.items():
        console.print(f"{name}: {reason}", markup=False)
    console.print(f"{trace.task}: {verdict(trace)}")


def cells(comparison: Comparison, names: list[str]) -> list[str]:
    """A row of the table: moment, quantity, printed, one per framework, largest difference."""
    given = (number(comparison.values.get(name)) for name in names)
    return [
        comparison.moment,
        comparison.figure.quantity,
        number(comparison.printed),
        *given,
        f"{comparison.spread:.0e}",
    ]


def number(value: float | None) -> str:
    """A figure with six digits, or nothing."""
    return "" if value is None else f"{value:.{DIGITS}g}"
