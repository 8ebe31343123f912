"""The order of a report: a chapter for each kind of task, a section for each task."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.contract import Record, Section
from benchmarks.kinds import get_kind


@dataclass(frozen=True)
class Chapter:
    """The tasks of one kind.

    Attributes:
        kind: name of the file in `kinds/`.
        title: heading.
        about: description of such tasks and of how they are measured.
        legend: pairs of a column and its meaning, for all tables of the chapter.
        sections: sections of the tasks, in the order in which they were run.
    """

    kind: str
    title: str
    about: str
    legend: Sequence[tuple[str, str]]
    sections: list[Section]


def chapters(record: Record) -> list[Chapter]:
    """The chapters of a run, in the order in which the first task of each kind was run."""
    names_by_kind: dict[str, list[str]] = {}
    for name in dict.fromkeys([*(row.task for row in record.rows), *record.tasks]):
        names_by_kind.setdefault(_kind_of(record, name), []).append(name)
    return [_chapter(record, kind, names) for kind, names in names_by_kind.items()]


def _chapter(record: Record, kind: str, names: list[str]) -> Chapter:
    shown = get_kind(kind)
    sections = [shown.section(record, name) for name in names]
    return Chapter(kind, shown.title, shown.about, shown.legend, sections)


def _kind_of(record: Record, name: str) -> str:
    """The kind of a task; a task that was not started has rows only."""
    if name in record.tasks:
        return str(record.tasks[name]["kind"])
    return record.of_task(name)[0].kind
