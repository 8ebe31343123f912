"""Comparison of the implementations' values with the printed figures and with each other."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.lessons.goldens import GoldenSeries
from benchmarks.lessons.tracing import TracedLesson

TOLERANCE = 2e-4
"""Allowed difference of two implementations, relative where the value is above 1: float32 rounding."""

ACCURACY_TOLERANCE = 2e-3
"""Allowed difference of two accuracies: rounding decides about the few examples on the boundary."""


@dataclass(frozen=True)
class Comparison:
    """A quantity at one moment: the printed value, and the value of each implementation.

    Attributes:
        series: series that the quantity belongs to.
        moment: the moment, such as "step 100".
        printed: value that the tutorial printed, or None if it printed none.
        values: values by implementation, without the implementations that do not report it.
    """

    series: GoldenSeries
    moment: str
    printed: float | None
    values: dict[str, float]

    @property
    def spread(self) -> float:
        """The largest difference between two values that should agree, the printed one included."""
        numbers = list(self.values.values())
        if self.series.exact and self.printed is not None:
            numbers.append(self.printed)
        return max(numbers) - min(numbers) if numbers else 0.0

    @property
    def agrees_with_printed(self) -> bool:
        """Whether all values are within the tolerance of the printed one."""
        printed = self.printed
        return printed is None or all(
            self.series.is_met(value, printed) for value in self.values.values()
        )

    @property
    def implementations_agree(self) -> bool:
        """Whether the values differ by rounding only."""
        numbers = list(self.values.values())
        if len(numbers) < 2:
            return True
        allowed = ACCURACY_TOLERANCE if "accuracy" in self.series.quantity else TOLERANCE
        return max(numbers) - min(numbers) <= allowed * max(1.0, *map(abs, numbers))

    @property
    def agrees(self) -> bool:
        """Whether the values agree with the printed one and with each other."""
        return self.agrees_with_printed and self.implementations_agree


def comparisons(traced: TracedLesson) -> Iterator[Comparison]:
    """Every quantity at every moment, in the order of the lesson."""
    for number, series in enumerate(traced.golden.series):
        for i, at in enumerate(series.at):
            given = {name: values[number][i] for name, values in traced.values.items()}
            known = {name: value for name, value in given.items() if value is not None}
            yield Comparison(series, f"{series.unit} {at}", series.printed[i], known)


def verdict(traced: TracedLesson) -> str:
    """Whether all values agree: to how many digits, or where they first differ."""
    compared = [c for c in comparisons(traced) if c.values]
    if not compared:
        return "nothing was run"
    wrong = next((c for c in compared if not c.agrees), None)
    if wrong is not None:
        other = "each other" if wrong.agrees_with_printed else "the printed figure"
        where = f"{wrong.moment}, {wrong.series.quantity}"
        return f"differs: first from {other} at {where}, by {wrong.spread:.1e}"
    difference = max(_relative_difference(list(c.values.values())) for c in compared)
    digits = 15 if difference == 0 else int(min(15, np.floor(-np.log10(difference))))
    return f"{_closeness(compared)}; implementations agree to {digits} digits"


def _closeness(compared: list[Comparison]) -> str:
    """How close the values are to the printed ones; a random start or order changes the digits."""
    printed = [c.series for c in compared if c.printed is not None]
    if any(series.exact for series in printed):
        return "the printed digits"
    if any(series.tolerance is not None for series in printed):
        return "within the printed range"
    return "similar to the tutorial"


def _relative_difference(numbers: list[float]) -> float:
    size = max(map(abs, numbers))
    return (max(numbers) - min(numbers)) / size if size else 0.0
