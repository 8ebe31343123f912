"""Pictures as data: what is drawn, and not how."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bars:
    """One bar for each implementation, the first on top.

    Attributes:
        caption: a sentence below the picture.
        xlabel: of the axis.
        labels: implementations.
        libraries: of each bar; it decides the colour.
        values, low, high: lengths and the ends of their intervals.
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
        label: implementation.
        library: it decides the colour.
        x, y: the points.
    """

    label: str
    library: str
    x: list[float]
    y: list[float]


@dataclass(frozen=True)
class Curves:
    """Lines in one picture, over seconds on a logarithmic axis.

    Attributes:
        caption: a sentence below the picture.
        xlabel, ylabel: of the axes.
        curves: the lines.
        log_y: whether the other axis is logarithmic, too.
        threshold: height of a dashed line, or None.
    """

    caption: str
    xlabel: str
    ylabel: str
    curves: list[Curve]
    log_y: bool
    threshold: float | None = None


Chart = Bars | Curves
