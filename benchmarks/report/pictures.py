"""Charts as SVG text: throughput with intervals, and loss over time."""

import io
from collections.abc import Callable
from itertools import cycle

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, FuncFormatter, LogLocator, NullFormatter

from benchmarks.report.lines import Line, quantity

# Okabe and Ito's colours, which people with any colour vision can tell apart.
COLOURS = {"jax": "#0072B2", "torch": "#D55E00", "tensorflow": "#E69F00", "numpy": "#555555"}
OTHER = "#009E73"
DASHES = ("-", "--", ":", "-.")

# 5 inches are 360 points: on a phone a picture keeps its size and its letters.
WIDTH = 5.0
STYLE = {
    "font.size": 9,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Arial", "Helvetica"],
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "logreg_jax",
}


def throughput(lines: list[Line]) -> str:
    """Bars of examples per second, fastest on top, with 95% intervals."""

    def draw(axes: Axes) -> None:
        values = [line.speed.value for line in lines]
        errors = [
            [line.speed.value - line.speed.low for line in lines],
            [min(line.speed.high, 2 * line.speed.value) - line.speed.value for line in lines],
        ]
        colours = [_colour(line) for line in lines]
        axes.barh(range(len(lines)), values, xerr=errors, color=colours, height=0.7, capsize=2,
                  error_kw={"elinewidth": 1})  # fmt: skip
        for i, line in enumerate(lines):
            axes.annotate(quantity(line.speed.value), (line.speed.high, i), (5, 0),
                          textcoords="offset points", va="center")  # fmt: skip
        axes.set_yticks(range(len(lines)), [line.row.framework for line in lines])
        axes.invert_yaxis()
        axes.set_xlim(0, 1.2 * max(line.speed.high for line in lines))
        axes.xaxis.set_major_formatter(
            FuncFormatter(lambda value, _: quantity(value) if value else "0")
        )
        axes.set_xlabel("examples per second, warm")

    return _svg(draw, height=0.7 + 0.26 * len(lines))


def loss_over_time(lines: list[Line], curve: dict[str, list[float]]) -> str:
    """The loss that all of them go through, each on its own clock.

    One loss curve serves for all, because parity has shown that they go through the same parameters.
    """

    def draw(axes: Axes) -> None:
        dashes = {line.row.library: cycle(DASHES) for line in lines}
        for line in lines:
            seconds = line.row.examples / line.speed.value
            axes.plot(
                [seconds * done for done in curve["done"]],
                curve["loss"],
                color=_colour(line),
                linestyle=next(dashes[line.row.library]),
                linewidth=1.5,
                marker=".",
                markersize=4,
                label=line.row.framework,
            )
        axes.set_xscale("log")
        if min(curve["loss"]) > 0 and max(curve["loss"]) > 5 * min(curve["loss"]):
            axes.set_yscale("log")
            axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
            axes.yaxis.set_minor_formatter(NullFormatter())
        axes.xaxis.set_major_formatter(EngFormatter("s"))
        axes.set_xlabel("time of training, warm")
        axes.set_ylabel("training loss")
        axes.grid(alpha=0.3, linewidth=0.5)
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.22), ncols=3, frameon=False)

    return _svg(draw, height=3.6)


def _colour(line: Line) -> str:
    return COLOURS.get(line.row.library, OTHER)


def _svg(draw: Callable[[Axes], None], height: float) -> str:
    """What `draw` puts on a fresh pair of axes, as an `<svg>` element."""
    with rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        draw(figure.add_subplot())
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None}, transparent=True)
    document = text.getvalue()
    return document[document.index("<svg") :]
