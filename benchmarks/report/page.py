"""`report.html`: one self-contained file with tables, pictures and the machine."""

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from benchmarks.contract import Record
from benchmarks.report import overview
from benchmarks.report.chapters import chapters
from benchmarks.report.charts import chart_svg
from benchmarks.report.machine import ceilings


def page(record: Record, lessons: list[dict[str, Any]]) -> str:
    """The page as HTML text.

    Args:
        record: the run.
        lessons: plain data of the traced lessons, from `lessons.saved`.
    """
    templates = Environment(
        loader=PackageLoader("benchmarks.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["svg"] = chart_svg
    return templates.get_template("page.html").render(
        record=record,
        overview=overview,
        winners=overview.winners(record),
        chapters=chapters(record),
        ceilings=ceilings(record),
        lessons=lessons,
    )
