"""How often intervals of a ratio contain the true one, by simulation: the ground for those of `verdicts`.

    python -m benchmarks.ablations.coverage FILE

writes the figures as JSON. A process is slower or faster than others that run the same code by a factor
that it keeps (between-process noise), and each of its rounds by a factor of its own (noise within).
"""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import stdtrit

from benchmarks.storage.atomic import write_atomically
from benchmarks.verdicts.intervals import smallest_mean, t_interval

WITHIN = 0.03
"""Standard deviation of the logarithm of a round within its process."""

BETWEEN = (0.0, 0.01, 0.02, 0.03, 0.05)
"""Standard deviations of the logarithm of a process."""

BLOCKS, ROUNDS = (3, 5), (10, 25, 50)
RESAMPLES = 400

Ends = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Setting:
    """Noise and size of simulated runs.

    Attributes:
        between: standard deviation of the logarithm of a process.
        blocks: processes of each row.
        rounds: rounds of each process.
    """

    between: float
    blocks: int
    rounds: int


def simulated(setting: Setting, rng: np.random.Generator, rows: int, runs: int) -> np.ndarray:
    """Logarithms of the times of equal rows, shape [rows, runs, blocks, rounds]."""
    process = rng.normal(0.0, setting.between, (rows, runs, setting.blocks, 1))
    return process + rng.normal(0.0, WITHIN, (rows, runs, setting.blocks, setting.rounds))


def student(a: np.ndarray, b: np.ndarray, _rng: np.random.Generator) -> Ends:
    """Student's t over the blocks: the one that is used."""
    return t_interval(_paired(a, b))


def pooled_bootstrap(a: np.ndarray, b: np.ndarray, rng: np.random.Generator) -> Ends:
    """A bootstrap of all rounds, as if they came from one process."""
    values = [each.reshape(len(each), -1) for each in (a, b)]
    ratios = [
        np.median(_taken(values[1], _drawn(values[1].shape, rng)), axis=-1)
        - np.median(_taken(values[0], _drawn(values[0].shape, rng)), axis=-1)
        for _ in range(RESAMPLES)
    ]
    return _percentiles(ratios)


def block_bootstrap(a: np.ndarray, b: np.ndarray, rng: np.random.Generator) -> Ends:
    """A bootstrap of the blocks."""
    pairs = _paired(a, b)
    return _percentiles(
        [_taken(pairs, _drawn(pairs.shape, rng)).mean(axis=-1) for _ in range(RESAMPLES)]
    )


def hierarchical_bootstrap(a: np.ndarray, b: np.ndarray, rng: np.random.Generator) -> Ends:
    """A bootstrap of the blocks, and of the rounds within each that was drawn."""
    means = []
    for _ in range(RESAMPLES):
        blocks = _drawn(a.shape[:2], rng)[..., None]
        a_drawn, b_drawn = (np.take_along_axis(each, blocks, axis=1) for each in (a, b))
        rounds = [_taken(each, _drawn(each.shape, rng)) for each in (a_drawn, b_drawn)]
        means.append(_paired(*rounds).mean(axis=-1))
    return _percentiles(means)


def mixed_model(a: np.ndarray, b: np.ndarray, _rng: np.random.Generator) -> Ends:
    """A random effect of the block; its variance, estimated by moments, is not below zero."""
    pairs = b - a
    blocks, rounds = pairs.shape[1:]
    means = pairs.mean(axis=-1)
    between = rounds * means.var(axis=-1, ddof=1)
    within = pairs.var(axis=-1, ddof=1).mean(axis=-1)
    pooled = ((blocks - 1) * between + blocks * (rounds - 1) * within) / (blocks * rounds - 1)
    is_pooled = between < within
    error = np.sqrt(np.where(is_pooled, pooled, between) / (blocks * rounds))
    df = np.where(is_pooled, blocks * rounds - 1, blocks - 1)
    width = -stdtrit(df, 0.025) * error
    return means.mean(axis=-1) - width, means.mean(axis=-1) + width


METHODS: tuple[Callable[..., Ends], ...] = (
    student, mixed_model, hierarchical_bootstrap, block_bootstrap, pooled_bootstrap,
)  # fmt: skip


def coverage(method: Callable[..., Ends], setting: Setting, runs: int) -> float:
    """Share of runs of two equal rows whose interval contains a ratio of 1."""
    rng = np.random.default_rng(0)
    low, high = method(*simulated(setting, rng, 2, runs), rng)
    return float(np.mean((low <= 0) & (high >= 0)))


def false_verdicts(setting: Setting, rows: int, runs: int) -> dict[str, float]:
    """Shares of runs of equal rows with a verdict, all of which are false.

    Returns:
        "row": a row has a verdict against its best rival, whatever the control shows; "control": as "row",
        beyond the noise floor of a control; "headline": the fastest row has a verdict; "uncorrected": as
        "row", with the interval of the pair that looks best alone.
    """
    logs, floor = _with_floor(setting, rows, runs)
    low, high = smallest_mean(list(logs[1:] - logs[0]))
    order = np.argsort(logs.mean(axis=-1), axis=0)
    ranked = np.take_along_axis(logs, order[..., None], axis=0)
    first, _ = smallest_mean(list(ranked[1:] - ranked[0]))
    best = np.argmin(logs[1:].mean(axis=-1), axis=0)[None, :, None]
    alone = t_interval(np.take_along_axis(logs[1:], best, axis=0)[0] - logs[0])
    return {
        "row": float(np.mean((low > 0) | (high < 0))),
        "control": float(np.mean((low > floor) | (high < -floor))),
        "headline": float(np.mean(first > 0)),
        "uncorrected": float(np.mean((alone[0] > 0) | (alone[1] < 0))),
    }


def found(setting: Setting, slowdown: float, runs: int) -> float:
    """Share of runs in which a rival that is slower by a share of the time is found to be slower."""
    logs, floor = _with_floor(setting, 2, runs)
    low, _ = t_interval(logs[1] - logs[0] + np.log1p(slowdown))
    return float(np.mean(low > floor))


def _with_floor(setting: Setting, rows: int, runs: int) -> tuple[np.ndarray, np.ndarray]:
    """Logarithms of medians of processes, [rows, runs, blocks], and of a control's noise floor, [runs]."""
    rng = np.random.default_rng(0)
    *logs, control = np.median(simulated(setting, rng, rows + 1, runs), axis=-1)
    return np.stack(logs), np.abs((control - logs[0]).mean(axis=-1))


def figures(runs: int) -> Iterator[dict[str, Any]]:
    """Coverage of each method, false verdicts with 1 and 5 rivals, and true ones, in each setting."""
    for between, blocks, rounds in product(BETWEEN, BLOCKS, ROUNDS):
        setting = Setting(between, blocks, rounds)
        yield {
            **asdict(setting),
            "coverage": {m.__name__: coverage(m, setting, runs) for m in METHODS},
            "false_verdicts": {str(k): false_verdicts(setting, k + 1, 10 * runs) for k in (1, 5)},
            "slowdown_of_10_percent_found": found(setting, 0.1, 10 * runs),
        }


def _paired(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Differences of the medians of processes, shape [runs, blocks]."""
    return np.asarray(np.median(b, axis=-1) - np.median(a, axis=-1))


def _drawn(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    return rng.integers(0, shape[-1], shape)


def _taken(values: np.ndarray, indices: np.ndarray) -> np.ndarray:
    return np.take_along_axis(values, indices, axis=-1)


def _percentiles(resampled: list[np.ndarray]) -> Ends:
    low, high = np.percentile(resampled, (2.5, 97.5), axis=0)
    return low, high


def main(path: Path, runs: int = 1000) -> None:
    """Write the figures of all settings."""
    document = {"within": WITHIN, "runs": runs, "settings": list(figures(runs))}
    write_atomically(path, json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
