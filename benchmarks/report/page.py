"""`report.html`: one self-contained file with tables, pictures and the machine."""

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from benchmarks import discover
from benchmarks.record import Record
from benchmarks.report import convergence, pictures
from benchmarks.report.bounds import bound, ceilings
from benchmarks.report.code import excerpts
from benchmarks.report.lines import about, devices, headline, lines, run_memory
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
        convergence=convergence,
        solves=[_solve(record, task) for task in convergence.solves(record)],
        ceilings=ceilings(record),
        lessons=[_with_code(x) for x in lessons],
    )


def _solve(record: Record, task: str) -> dict:
    facts, rows = record.tasks[task], convergence.ranked(record, task)
    return {
        "name": task,
        "about": convergence.about(facts),
        "why": facts["why"],
        "source": facts["source"],
        "headline": convergence.headline(record, task),
        "rows": [convergence.cells(row, rows) for row in rows],
        "reasons": convergence.reasons(record, task),
        "picture": pictures.gap_over_time(rows, facts["target"]) if rows else "",
    }


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
        "run_memory": run_memory(record, task),
        "rows": [cells(line) for line in timed],
        "reasons": reasons(record, task),
        "throughput": pictures.throughput(timed) if timed else "",
        "loss": pictures.loss_over_time(timed, facts["curve"]) if timed else "",
    }
