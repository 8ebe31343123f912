"""`report.html`: one self-contained file with tables, pictures and the machine."""

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from benchmarks import discover
from benchmarks.record import Record
from benchmarks.report import pictures
from benchmarks.report.bounds import bound, ceilings
from benchmarks.report.code import excerpts
from benchmarks.report.lines import about, devices, headline, lines
from benchmarks.report.summary import COLUMNS, cells, reasons, tasks


def page(record: Record, lessons: list[dict[str, Any]]) -> str:
    """The page as HTML text, with the lessons that were traced."""
    templates = Environment(
        loader=PackageLoader("benchmarks.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    sections = [_section(record, task) for task in tasks(record)]
    return templates.get_template("page.html").render(
        record=record,
        columns=COLUMNS,
        sections=sections,
        ceilings=ceilings(record),
        lessons=[_with_code(x) for x in lessons],
    )


def _with_code(lesson: dict[str, Any]) -> dict[str, Any]:
    return {**lesson, "code": excerpts(discover.tasks()[lesson["name"]])}


def _section(record: Record, task: str) -> dict:
    timed = [line for line in lines(record, task) if line.speed]
    facts = record.tasks.get(task)
    return {
        "name": task,
        "about": about(record, task),
        "why": facts["why"] if facts else "",
        "source": facts["source"] if facts else "",
        "headline": headline(record, task),
        "bound": bound(record, task),
        "devices": devices(record, task),
        "rows": [cells(line) for line in timed],
        "reasons": reasons(record, task),
        "throughput": pictures.throughput(timed) if timed else "",
        "loss": pictures.loss_over_time(timed, facts["curve"]) if timed else "",
    }
