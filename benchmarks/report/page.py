"""`report.html`: one self-contained file with tables, pictures and the machine."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from benchmarks.record import Record
from benchmarks.report import pictures
from benchmarks.report.lines import about, devices, headline, lines
from benchmarks.report.summary import COLUMNS, cells, reasons, tasks


def page(record: Record) -> str:
    """The page as HTML text."""
    templates = Environment(
        loader=PackageLoader("benchmarks.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    sections = [_section(record, task) for task in tasks(record)]
    return templates.get_template("page.html").render(
        record=record, columns=COLUMNS, sections=sections
    )


def _section(record: Record, task: str) -> dict:
    timed = [line for line in lines(record, task) if line.speed]
    facts = record.tasks.get(task)
    return {
        "name": task,
        "about": about(record, task),
        "why": facts["why"] if facts else "",
        "source": facts["source"] if facts else "",
        "headline": headline(record, task),
        "devices": devices(record, task),
        "rows": [cells(line) for line in timed],
        "reasons": reasons(record, task),
        "throughput": pictures.throughput(timed) if timed else "",
        "loss": pictures.loss_over_time(timed, facts["curve"]) if timed else "",
    }
