"""The report in the terminal: a table for each task."""

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.rule import Rule
from rich.table import Table

from benchmarks.contract import Column, Record, Section
from benchmarks.report import changes, overview
from benchmarks.report.chapters import chapters
from benchmarks.report.machine import ceilings
from benchmarks.verdicts.changes import Change

WIDTH = 120
"""Width of the widest table, in characters."""

TEXT_WIDTH = 80
"""Width of all other text, in characters."""


def show(record: Record) -> None:
    """Print a table for each task, the machine's ceilings, and last the overview."""
    console = _console()
    for chapter in chapters(record):
        console.print(Rule(chapter.title, style="none", align="left"), width=TEXT_WIDTH)
        for section in chapter.sections:
            _show(console, section)
    _print(console, f"ceilings: {'; '.join(ceilings(record))}")
    if found := overview.winners(record):
        console.print()
        console.print(_table(overview.COLUMNS, overview.winner_cells(found)))
        _print(console, overview.tally(found), style="bold")


def show_comparison(found: Sequence[Change]) -> None:
    """Print a table for each task of two runs, then what there is to say of all."""
    console = _console()
    for section in changes.sections(found):
        _show(console, section)
    _print(console, changes.ABOUT)
    _print(console, changes.overview(found), style="bold")


def _console() -> Console:
    return Console(width=WIDTH, highlight=False)


def _show(console: Console, section: Section) -> None:
    _print(console, f"{section.name}: {section.about}", style="bold")
    if section.rows:
        console.print(_table(section.columns, section.rows))
    if said := " ".join(filter(None, [section.headline, *section.notes])):
        _print(console, said)
    for reason, names in section.reasons:
        _print(console, f"{', '.join(names)}: {reason}")
    console.print()


def _print(console: Console, text: str, style: str | None = None) -> None:
    # reasons come from other programs; do not parse markup
    console.print(text, style=style, markup=False, width=TEXT_WIDTH)


def _table(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=0)
    for column in columns:
        heading = column.narrow or column.name
        table.add_column(heading, justify="left" if column.left else "right", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    return table
