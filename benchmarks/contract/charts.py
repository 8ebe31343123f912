"""Charts as plain data; `report/charts.py` draws them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bars:
    """One bar for each implementation, the first on top.

    Attributes:
        caption: sentence below the chart.
        xlabel: label of the axis.
        labels: implementation of each bar.
        libraries: library of each bar, which sets its colour.
        values, low, high: length of each bar, and the ends of its interval.
    """

    caption: str
    xlabel: str
    labels: list[str]
    libraries: list[str]
    values: list[float]
    low: list[float]
    high: list[float]


@dataclass(frozen=True)
class Curve:
    """A line through points, for one implementation.

    Attributes:
        label: the implementation.
        library: its library, which sets the colour.
        x, y: coordinates of the points.
    """

    label: str
    library: str
    x: list[float]
    y: list[float]


@dataclass(frozen=True)
class Curves:
    """Curves in one chart, over seconds on a logarithmic axis.

    Attributes:
        caption: sentence below the chart.
        xlabel, ylabel: labels of the axes.
        curves: the curves.
        log_y: whether the y axis is logarithmic, too.
        threshold: height of a dashed horizontal line, or None.
    """

    caption: str
    xlabel: str
    ylabel: str
    curves: list[Curve]
    log_y: bool
    threshold: float | None = None


Chart = Bars | Curves
