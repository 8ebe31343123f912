"""Charts as SVG text: throughput with intervals, loss over time, and gap over time."""

from itertools import cycle

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, FuncFormatter, LogLocator, NullFormatter

from benchmarks.record import Row
from benchmarks.report.lines import Line, quantity
from benchmarks.report.svg import BLUE, GREEN, GREY, ORANGE, PURPLE, VERMILION, svg

COLOURS = {
    "jax": BLUE, "torch": VERMILION, "tensorflow": ORANGE, "numpy": GREY, "optax": PURPLE,
}  # fmt: skip
DASHES = ("-", "--", ":", "-.")
MARKERS = ("o", "s", "^", "D", "v")


def throughput(lines: list[Line]) -> str:
    """Bars of examples per second, fastest on top, with 95% intervals."""

    def draw(figure: Figure) -> None:
        axes = figure.add_subplot()
        values = [line.speed.value for line in lines]
        errors = [
            [line.speed.value - line.speed.low for line in lines],
            [line.speed.high - line.speed.value for line in lines],
        ]
        colours = [_colour(line.row) for line in lines]
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

    return svg(draw, height=0.7 + 0.26 * len(lines))


def loss_over_time(lines: list[Line], curve: dict[str, list[float]]) -> str:
    """The loss that all of them go through, each on its own clock.

    One loss curve serves for all, because parity has shown that they go through the same parameters.
    """

    def draw(figure: Figure) -> None:
        axes = figure.add_subplot()
        dashes = {line.row.library: cycle(DASHES) for line in lines}
        for line in lines:
            seconds = line.row.examples / line.speed.value
            axes.plot(
                [seconds * done for done in curve["done"]],
                curve["loss"],
                color=_colour(line.row),
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

    return svg(draw, height=3.6)


def gap_over_time(rows: list[Row], target: float) -> str:
    """Certified gap against warm seconds, a point for each tolerance and a line for each solver."""

    def draw(figure: Figure) -> None:
        axes = figure.add_subplot()
        styles = {row.library: cycle(zip(cycle(DASHES), MARKERS, strict=False)) for row in rows}
        for row in rows:
            dash, marker = next(styles[row.library])
            axes.plot(
                [float(np.median(point["seconds"])) for point in row.curve],
                [point["gap"] for point in row.curve],
                color=_colour(row),
                linestyle=dash,
                linewidth=1.5,
                marker=marker,
                markersize=4,
                label=row.framework,
            )
        axes.axhline(target, color=GREY, linewidth=0.8, linestyle="--")
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.xaxis.set_major_formatter(EngFormatter("s"))
        axes.set_xlabel("time of a solve, warm")
        axes.set_ylabel("certified relative gap")
        axes.grid(alpha=0.3, linewidth=0.5)
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.22), ncols=2, frameon=False)

    return svg(draw, height=4.4)


def _colour(row: Row) -> str:
    return COLOURS.get(row.library, GREEN)
