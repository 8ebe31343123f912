"""Intervals of times and of their ratios over processes, since rounds of one do not show how these differ.

The rounds of a row come in blocks, one for each time that its process was started. A process is one
observation, the median of its rounds: processes that run the same code differ by some percent for as long
as they live, and more rounds of one do not show that. The ratio of two rows is estimated on logarithms from
the pairs of processes that were timed in the same block, with Student's t interval over the blocks.
`benchmarks.ablations.coverage` shows by simulation that it covers.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

CONFIDENCE = 0.95

Blocks = Sequence[Sequence[float]]
"""Seconds of each round, by process; of rows of one task the same index is the same block."""


class Interval(NamedTuple):
    """A value with its 95% interval: low, value, high."""

    low: float
    value: float
    high: float

    def verdict(self, floor: float) -> str:
        """Verdict of a ratio of rival's time to own time.

        Args:
            floor: relative difference that the machine shows between two runs of the same code.

        Returns:
            "faster" if the whole interval is above 1 + floor, "slower" if it is below 1 / (1 + floor), else
            "cannot tell".
        """
        if self.low > 1 + floor:
            return "faster"
        return "slower" if self.high < 1 / (1 + floor) else "cannot tell"

    def is_within(self, share: float) -> bool:
        """Whether both ends are at most a share of the value away from it."""
        return self.value * (1 - share) <= self.low and self.high <= self.value * (1 + share)


def typical(blocks: Blocks) -> float:
    """Geometric mean over processes of the median of their rounds; in seconds, as the rounds are."""
    return float(np.exp(np.mean(log_medians(blocks))))


def time_interval(blocks: Blocks) -> Interval:
    """Typical seconds of a round with their interval."""
    return _exp(*t_interval(log_medians(blocks)), typical(blocks))


def ratio(blocks: Blocks, others: Blocks) -> Interval:
    """Time of `others` over time of `blocks` with its interval: above 1 if `blocks` is faster."""
    return ratio_to_best(blocks, [others])


def ratio_to_best(blocks: Blocks, rivals: Sequence[Blocks]) -> Interval:
    """Time of the best of several rivals over time of `blocks`, with an interval that knows of the choice.

    Args:
        blocks: seconds by process.
        rivals: those of each rival, at least one.
    """
    low, high = smallest_mean([log_ratios(blocks, rival) for rival in rivals])
    return _exp(low, high, min(typical(r) for r in rivals) / typical(blocks))


def log_ratios(blocks: Blocks, others: Blocks) -> np.ndarray:
    """Logarithms of the ratio of `others` to `blocks`, of the blocks that both have; shape [blocks]."""
    both = min(len(blocks), len(others))
    return log_medians(others[:both]) - log_medians(blocks[:both])


def smallest_mean(samples: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Interval of the smallest of several means, as in multiple comparisons with the best (Hsu 1984).

    The sample that looks smallest is so partly by chance. The interval begins at the lowest lower end: the
    smallest mean is above its own with the probability of one. It ends at the lowest upper end, where
    any of them may err, so that each has Bonferroni's correction for their number.

    Args:
        samples: observations of each, shape [..., n].

    Returns:
        Lower and upper end, of shape [...].
    """
    ends = [t_interval(each, len(samples)) for each in samples]
    return np.min([low for low, _ in ends], axis=0), np.min([high for _, high in ends], axis=0)


def t_interval(values: np.ndarray, choices: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Student's t interval of a mean.

    Args:
        values: independent observations, shape [..., n]. One observation has an infinite interval.
        choices: number of intervals whose lowest upper bound counts; their upper ends are corrected.

    Returns:
        Lower and upper end, of shape [...].
    """
    n, tail = values.shape[-1], (1 - CONFIDENCE) / 2
    mean = values.mean(axis=-1)
    if n < 2:
        return mean - np.inf, mean + np.inf
    error = values.std(axis=-1, ddof=1) / np.sqrt(n)
    below, above = -stdtrit(n - 1, tail), -stdtrit(n - 1, tail / choices)
    return mean - below * error, mean + above * error


def ratio_of_runs(values: np.ndarray, others: np.ndarray) -> Interval:
    """Ratio of `others` to `values`, of processes that were not timed together, with Welch's t interval.

    Args:
        values, others: logarithms, one for each process.
    """
    mean = float(others.mean() - values.mean())
    if min(len(values), len(others)) < 2:
        return _exp(-np.inf, np.inf, float(np.exp(mean)))
    parts = [each.var(ddof=1) / len(each) for each in (values, others)]
    error = np.sqrt(sum(parts))
    weights = [part**2 / (len(e) - 1) for part, e in zip(parts, (values, others), strict=True)]
    freedom = sum(parts) ** 2 / sum(weights) if error > 0 else 1.0
    reach = -stdtrit(freedom, (1 - CONFIDENCE) / 2) * error
    return _exp(mean - reach, mean + reach, float(np.exp(mean)))


def log_medians(blocks: Blocks) -> np.ndarray:
    """Logarithm of the median seconds of each process."""
    return np.log([float(np.median(rounds)) for rounds in blocks])


def _exp(low: np.ndarray | float, high: np.ndarray | float, value: float) -> Interval:
    return Interval(float(np.exp(low)), value, float(np.exp(high)))
