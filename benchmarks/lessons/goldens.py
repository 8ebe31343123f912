"""The figures that the tutorials printed, from `golden/<lesson>.json`."""

import json
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).with_name("golden")


@dataclass(frozen=True)
class GoldenSeries:
    """One quantity at several moments, as the tutorial printed it.

    Attributes:
        quantity: "loss", over all training examples; "epoch loss", the mean of the batch losses of
            the epoch that ends at the moment; "weight", "weight 1", "bias", "train accuracy" or
            "test accuracy".
        unit: unit of `at`, "step" or "epoch".
        at: the moments, as numbers of finished steps or epochs; 0 is before the first step.
        printed: printed value at each moment, or None if there is none.
        tolerance: allowed distance from the printed value, relative where that is above 1; None if
            any distance is allowed.
        exact: whether initial parameters and batch order are the tutorial's, so that its digits have to
            be reproduced.
    """

    quantity: str
    unit: str
    at: tuple[int, ...]
    printed: tuple[float | None, ...]
    tolerance: float | None
    exact: bool

    def is_met(self, value: float, printed: float) -> bool:
        """Whether a value is within the tolerance of the printed one."""
        if self.tolerance is None:
            return True
        return abs(value - printed) <= self.tolerance * max(1.0, abs(printed))


@dataclass(frozen=True)
class Golden:
    """The figures that a tutorial printed.

    Attributes:
        source: origin of the figures.
        start: the initial parameters, in words.
        series: the figures.
    """

    source: str
    start: str
    series: tuple[GoldenSeries, ...]


def golden(name: str) -> Golden:
    """The printed figures of a lesson."""
    data = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    series = (
        GoldenSeries(**{**figure, "at": tuple(figure["at"]), "printed": tuple(figure["printed"])})
        for figure in data["figures"]
    )
    return Golden(data["source"], data["start"], tuple(series))
