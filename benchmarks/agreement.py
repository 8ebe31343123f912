"""Do the frameworks give the figures of a lesson, and the same ones? Moment by moment, and in one line."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.figures import Figure
from benchmarks.trace import Trace

BETWEEN = 2e-4
"""Two frameworks may differ by this, times the value where it is above 1: some float32 roundings a step."""

BETWEEN_ACCURACIES = 2e-3
"""Two accuracies may differ by this: rounding decides the few examples that lie on the boundary."""


@dataclass(frozen=True)
class Comparison:
    """A figure at one moment: what was printed, what each framework gives.

    Attributes:
        moment: such as "step 100".
        values: by framework, without those that do not give it.
        spread: largest difference between two of the printed and given values that must agree.
    """

    figure: Figure
    moment: str
    printed: float | None
    values: dict[str, float]

    @property
    def spread(self) -> float:
        numbers = list(self.values.values())
        if self.figure.exact and self.printed is not None:
            numbers.append(self.printed)
        return max(numbers) - min(numbers) if numbers else 0.0

    @property
    def as_printed(self) -> bool:
        """Whether all are as close to the printed value as the lesson promises."""
        if self.printed is None or self.figure.tolerance is None:
            return True
        allowed = self.figure.allowed(self.printed)
        return all(abs(value - self.printed) <= allowed for value in self.values.values())

    @property
    def alike(self) -> bool:
        """Whether the frameworks are as close to each other as rounding lets them be."""
        numbers = list(self.values.values())
        if len(numbers) < 2:
            return True
        allowed = BETWEEN_ACCURACIES if "accuracy" in self.figure.quantity else BETWEEN
        return max(numbers) - min(numbers) <= allowed * max(1.0, *map(abs, numbers))

    @property
    def agrees(self) -> bool:
        """Whether the printed value is met, and by all alike."""
        return self.as_printed and self.alike


def comparisons(trace: Trace) -> Iterator[Comparison]:
    """Every figure at every moment, in the order of the lesson."""
    for number, figure in enumerate(trace.figures):
        for i, at in enumerate(figure.at):
            given = {name: values[number][i] for name, values in trace.values.items()}
            known = {name: value for name, value in given.items() if value is not None}
            yield Comparison(figure, f"{figure.unit} {at}", figure.printed[i], known)


def verdict(trace: Trace) -> str:
    """Whether all agree: to how many digits, or where they first do not."""
    every = [c for c in comparisons(trace) if c.values]
    if not every:
        return "nothing was run"
    wrong = next((c for c in every if not c.agrees), None)
    if wrong is not None:
        whom = "each other" if wrong.as_printed else "the printed figure"
        where = f"{wrong.moment}, {wrong.figure.quantity}"
        return f"differs: first from {whom} at {where}, by {wrong.spread:.1e}"
    between = max(_relative(list(c.values.values())) for c in every)
    digits = 15 if between == 0 else int(min(15, np.floor(-np.log10(between))))
    exact = any(c.figure.exact and c.printed is not None for c in every)
    bounded = any(c.figure.tolerance is not None and c.printed is not None for c in every)
    # a random start or order gives a run like the tutorial's, but not its digits
    kind = (
        "the printed digits"
        if exact
        else "within the printed range"
        if bounded
        else "of the tutorial's kind"
    )
    return f"{kind}; frameworks the same to {digits} digits"


def _relative(numbers: list[float]) -> float:
    size = max(map(abs, numbers))
    return (max(numbers) - min(numbers)) / size if size else 0.0
