"""Draws the charts of a section as `<svg>` elements."""

from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import EngFormatter, FuncFormatter, LogLocator, NullFormatter

from benchmarks.contract import Bars, Chart, Curves
from benchmarks.report.svg import BLUE, GREEN, GREY, ORANGE, PURPLE, VERMILION, svg
from benchmarks.verdicts.text import quantity

COLOURS = {
    "jax": BLUE, "torch": VERMILION, "tensorflow": ORANGE, "numpy": GREY, "optax": PURPLE,
}  # fmt: skip
DASHES = ("-", "--", ":", "-.")
MARKERS = ("o", "s", "^", "D", "v")

LONG_NAME = 15
"""Most characters of a name with which three columns of names fit below a chart."""

NARROW = 100.0
"""Ratio of largest to smallest value up to which a logarithmic axis has labels between powers of ten."""


def chart_svg(chart: Chart) -> str:
    """A chart as an `<svg>` element."""
    draw, height = DRAWINGS[type(chart)]
    return svg(lambda canvas: draw(canvas, chart), height(chart))


def _bars_height(bars: Bars) -> float:
    return 0.7 + 0.26 * len(bars.labels)


def _draw_bars(canvas: Canvas, bars: Bars) -> None:
    axes = canvas.add_subplot()
    below = [value - low for value, low in zip(bars.values, bars.low, strict=True)]
    above = [high - value for value, high in zip(bars.values, bars.high, strict=True)]
    colours = [_colour(library) for library in bars.libraries]
    places = range(len(bars.labels))
    axes.barh(places, bars.values, xerr=[below, above], color=colours, height=0.7, capsize=2,
              error_kw={"elinewidth": 1})  # fmt: skip
    for i, (value, high) in enumerate(zip(bars.values, bars.high, strict=True)):
        axes.annotate(quantity(value), (high, i), (5, 0), textcoords="offset points", va="center")
    axes.set_yticks(places, bars.labels)
    axes.invert_yaxis()
    axes.set_xlim(0, 1.2 * max(bars.high))
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: quantity(value) if value else "0")
    )
    axes.set_xlabel(bars.xlabel)


def _curves_height(chart: Curves) -> float:
    legend_rows = -(-len(chart.curves) // _legend_columns(chart))
    return 3.0 + 0.18 * legend_rows


def _draw_curves(canvas: Canvas, chart: Curves) -> None:
    axes = canvas.add_subplot()
    styles = {curve.library: _styles() for curve in chart.curves}
    for curve in chart.curves:
        dash, marker = next(styles[curve.library])
        axes.plot(curve.x, curve.y, color=_colour(curve.library), linestyle=dash, linewidth=1.5,
                  marker=marker, markersize=3, label=curve.label)  # fmt: skip
    if chart.threshold is not None:
        axes.axhline(chart.threshold, color=GREY, linewidth=0.8, linestyle="--")
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(EngFormatter("s"))
    if chart.log_y:
        _make_logarithmic(axes, [value for curve in chart.curves for value in curve.y])
    axes.set_xlabel(chart.xlabel)
    axes.set_ylabel(chart.ylabel)
    axes.grid(alpha=0.3, linewidth=0.5)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.22), ncols=_legend_columns(chart),
                frameon=False)  # fmt: skip


def _make_logarithmic(axes: Axes, values: list[float]) -> None:
    axes.set_yscale("log")
    if max(values) <= NARROW * min(values):
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.yaxis.set_minor_formatter(NullFormatter())


def _styles() -> Iterator[tuple[str, str]]:
    """Dashes and markers that distinguish the curves of one library, which share a colour."""
    return zip(cycle(DASHES), cycle(MARKERS), strict=False)


def _legend_columns(chart: Curves) -> int:
    return 3 if all(len(curve.label) <= LONG_NAME for curve in chart.curves) else 2


def _colour(library: str) -> str:
    return COLOURS.get(library, GREEN)


DRAWINGS: dict[type[Chart], tuple[Callable[[Canvas, Any], None], Callable[[Any], float]]] = {
    Bars: (_draw_bars, _bars_height),
    Curves: (_draw_curves, _curves_height),
}
"""The function that draws a chart, and the one that gives the height of its canvas, by type of chart."""
