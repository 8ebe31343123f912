"""Two runs beside each other, for the terminal and for a pull request: a table for each task, a summary."""

from collections import Counter
from collections.abc import Sequence
from statistics import median

from benchmarks.contract import Column, Record, Row, Section
from benchmarks.report import markdown
from benchmarks.report.machine import machine
from benchmarks.verdicts import text
from benchmarks.verdicts.changes import Change, Verdict
from benchmarks.verdicts.rivals import typical_seconds

COLUMNS = (
    Column("implementation", left=True),
    Column("before"),
    Column("now"),
    Column("times as fast"),
    Column("verdict", left=True),
)

ABOUT = (
    "Times as fast: how much less time a row takes now beside the rows of other libraries in the same "
    "blocks, with its 95% interval over processes."
)


def sections(found: Sequence[Change]) -> list[Section]:
    """A section for each task, its rows from the fastest to the slowest."""
    return [
        _section(task, [change for change in found if change.task == task])
        for task in dict.fromkeys(change.task for change in found)
    ]


def overview(found: Sequence[Change]) -> str:
    """How many rows became what, and what the machine did, in one or two sentences."""
    counts = Counter(change.verdict for change in found)
    said = ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict])
    machines = [change.machine for change in found if change.machine is not None]
    if not machines:
        return f"Of {len(found)} rows: {said}."
    return (
        f"Of {len(found)} rows: {said}. The machine took {median(machines):.2f} times as long for the rows "
        "of other libraries as it did before, on median."
    )


def pull_request(before: Record, now: Record, found: Sequence[Change]) -> str:
    """The comparison as Markdown."""
    blocks = [f"**{overview(found)}**", ABOUT]
    for name, run in (("before", before), ("now", now)):
        about = f"{machine(run.environment)}, commit {run.environment['commit']}, {run.started}"
        blocks.append(f"- *{name}*: {about}")
    for section in sections(found):
        blocks += markdown.section(section)
    return "\n\n".join(filter(None, blocks)) + "\n"


def _section(task: str, found: list[Change]) -> Section:
    compared = [change for change in found if change.times is not None]
    compared.sort(key=lambda change: _seconds(change.now))
    reasons: dict[str, list[str]] = {}
    for change in found:
        if change.times is None:
            said = f"{change.verdict}: {change.reason}"
            reasons.setdefault(said, []).append(change.implementation)
    alone = [change.implementation for change in compared if change.machine is None]
    note = (
        "Without three rows of other libraries in both runs, of the same versions, nothing tells a change "
        f"of the machine from one of the program: {', '.join(alone)}."
    )
    return Section(
        name=task, about="before and now", why="", source="", headline="",
        notes=(note,) if alone else (), columns=COLUMNS, rows=[_cells(each) for each in compared],
        reasons=list(reasons.items()), charts=(),
    )  # fmt: skip


def _cells(change: Change) -> list[str]:
    assert change.times is not None
    return [
        change.implementation,
        text.duration(_seconds(change.before)),
        text.duration(_seconds(change.now)),
        text.interval(change.times),
        change.verdict,
    ]


def _seconds(row: Row | None) -> float:
    assert row is not None
    return typical_seconds(row)
