"""`summary.md`: the machine and the tables as Markdown."""

from benchmarks.contract import Column, Record, Section
from benchmarks.report import overview
from benchmarks.report.chapters import Chapter, chapters
from benchmarks.report.machine import ceilings, machine


def markdown(record: Record) -> str:
    """A run as a Markdown document."""
    blocks = [
        "# Benchmark",
        f"{machine(record.environment)}. Measured {record.started} at commit "
        f"{record.environment['commit']} by `{record.command}`.",
        f"Ceilings: {'; '.join(ceilings(record))}.",
        *_overview(record),
    ]
    for chapter in chapters(record):
        blocks += [f"# {chapter.title}", chapter.about, _legend(chapter)]
        for shown in chapter.sections:
            blocks += section(shown)
    return "\n\n".join(filter(None, blocks)) + "\n"


def _overview(record: Record) -> list[str]:
    found = overview.winners(record)
    table = _table(overview.COLUMNS, overview.winner_cells(found))
    return ["# Overview", overview.tally(found), table] if found else []


def _legend(chapter: Chapter) -> str:
    return "\n".join(f"- *{column}*: {meaning}" for column, meaning in chapter.legend)


def section(shown: Section) -> list[str]:
    """A task: its heading, text, table and reasons, as blocks of Markdown."""
    text = " ".join(filter(None, [f"{shown.about}.", shown.headline, *shown.notes]))
    reasons = [
        f"{', '.join(f'`{name}`' for name in names)}: {reason}" for reason, names in shown.reasons
    ]
    return [f"## {shown.name}", text, _table(shown.columns, shown.rows), *reasons]


def _table(columns: tuple[Column, ...], rows: list[list[str]]) -> str:
    if not rows:
        return ""
    names = [column.name for column in columns]
    rule = ["---" if column.left else "---:" for column in columns]
    return "\n".join(_line(cells) for cells in (names, rule, *rows))


def _line(cells: list[str]) -> str:
    # a vertical bar would end the cell
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"
