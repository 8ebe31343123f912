"""Whether the library's constants are still well chosen: each is swept on data of its own.

    python -m benchmarks.ablations.constants [--json FILE] [--rounds N] [--constant NAME]...

For a size, such as that of a block, the gain of a value is the time with the value in use over that with
this one. For a limit up to which something is done, such as a number of features, it is the gain of doing
it at this very size: above 1 the limit should not be lower, below 1 not higher. Data is drawn; no task of
`workloads/` is read, so that none can be tuned for.
"""

import argparse
import importlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jax
import numpy as np

import logreg_jax as lj
from benchmarks.ablations.tricks import Workload, full_batch, random_data
from benchmarks.ablations.xla import compiled, seconds_of
from benchmarks.storage.atomic import write_atomically


@dataclass(frozen=True)
class Constant:
    """A constant of the library, and what it is swept on.

    Attributes:
        name: its name in the module.
        module: where it is.
        is_limit: whether something is done up to this size.
        values: what is tried; of a limit, sizes of the data.
        workload: gives a function to be compiled and its arguments, for a value.
    """

    name: str
    module: str
    is_limit: bool
    values: tuple[int, ...]
    workload: Callable[[int], Workload]


@dataclass(frozen=True)
class GainOfValue:
    """The gain of a value of a constant: median over the rounds, and quartiles."""

    value: int
    gain: float
    low: float
    high: float


def few_features(features: int, examples: int) -> Workload:
    """Full-batch steps of logistic regression."""
    return full_batch(lj.logistic, examples, features, 1, 100)


def many_columns(columns: int) -> Workload:
    """Steps of a softmax solve on so many examples."""
    data = random_data(columns, 20, 10)

    def solve(data: lj.Batch) -> Any:
        model = replace(lj.softmax, l2=1e-3)
        return lj.solve(model, lj.LBFGS(), lj.init(20, 10), data, tol=1e-30, max_steps=10).params

    return solve, (data,)


def grams(entries: int) -> Workload:
    """Newton steps of 200 models on one x, whose table of products has about so many entries."""
    features = 20
    data = random_data(entries // (features * (features + 1) // 2), features)
    targets = np.random.default_rng(1).integers(0, 2, (200, len(data.y)))

    def solve(data: lj.Batch, targets: jax.Array) -> Any:
        model = replace(lj.logistic, l2=1e-2)

        def one(y: jax.Array) -> Any:
            own, start = data._replace(y=y), lj.init(features)
            return lj.solve(model, lj.Newton(), start, own, tol=1e-4, max_steps=4).params

        return jax.vmap(one)(targets)

    return solve, (data, jax.device_put(targets))


def subsampled(rows: int) -> Workload:
    """A softmax solve on 40,000 examples with the second derivatives of some rows."""
    data = random_data(40_000, 200, 10)

    def solve(data: lj.Batch) -> Any:
        model, solver = replace(lj.softmax, l2=1e-3), lj.SubsampledNewton(rows=rows)
        return lj.solve(model, solver, lj.init(200, 10), data, tol=1e-6, max_steps=50).params

    return solve, (data,)


CONSTANTS = (
    Constant(
        "FULL_BATCH_BLOCK_BYTES", "logreg_jax._xla.blocks", False,
        tuple(2**power for power in (20, 21, 22, 23, 24, 25, 27)),
        lambda value: full_batch(lj.softmax, 50_000, 600, 12, 3),
    ),
    Constant(
        "MAX_FEATURES", "logreg_jax._xla.columns", True, (4, 8, 16, 24, 32, 48, 64, 96),
        partial(few_features, examples=1_300),
    ),
    Constant(
        "MAX_ENTRIES", "logreg_jax._xla.columns", True, tuple(2**power for power in range(12, 21)),
        lambda entries: few_features(16, examples=entries // 16),
    ),
    Constant(
        "LONG_ROWS", "logreg_jax._xla.halving", False, tuple(2**power for power in range(10, 17)),
        lambda value: many_columns(20_000),
    ),
    Constant(
        "MAX_TABLE_ENTRIES", "logreg_jax._xla.gram", True,
        tuple(2**power for power in range(14, 24)), grams,
    ),
)  # fmt: skip
"""The numbers of `logreg_jax/_xla`; a test holds the list."""

ROWS = (512, 1024, 2048, 4096, 8192, 16384)
"""Rows of `SubsampledNewton` that are tried."""


@contextmanager
def set_to(constant: Constant, value: int) -> Iterator[None]:
    """Give a constant another value."""
    module = importlib.import_module(constant.module)
    usual = getattr(module, constant.name)
    jax.clear_caches()  # programs that were traced with the other value
    setattr(module, constant.name, value)
    try:
        yield
    finally:
        setattr(module, constant.name, usual)
        jax.clear_caches()


def programs(constant: Constant, value: int) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """Two programs: with the value; and with the value in use, or with a limit that the data exceeds."""
    usual = getattr(importlib.import_module(constant.module), constant.name)
    with set_to(constant, value):
        tried = compiled(constant.workload(value))
    with set_to(constant, value // 2 if constant.is_limit else usual):
        other = compiled(constant.workload(value))
    return tried, other


def gain_of(
    value: int, tried: Callable[[], Any], other: Callable[[], Any], rounds: int
) -> GainOfValue:
    """Time both in turn, after a run of each."""
    tried(), other()
    times = np.array([[seconds_of(tried), seconds_of(other)] for _ in range(rounds)])
    low, gain, high = np.percentile(times[:, 1] / times[:, 0], [25, 50, 75])
    return GainOfValue(value, float(gain), float(low), float(high))


def gains(rounds: int, names: list[str] | None) -> Iterator[tuple[str, int, GainOfValue]]:
    """Name of a constant, its value in use, and the gain of another value."""
    for constant in CONSTANTS:
        if not names or constant.name in names:
            usual = getattr(importlib.import_module(constant.module), constant.name)
            for value in constant.values:
                yield constant.name, usual, gain_of(value, *programs(constant, value), rounds)
    if not names or "rows" in names:
        usual = lj.SubsampledNewton().rows
        for rows in ROWS:
            tried, other = (compiled(subsampled(r)) for r in (rows, usual))
            yield "rows", usual, gain_of(rows, tried, other, rounds)


def main() -> None:
    """Sweep the constants and print a line for each value."""
    parser = argparse.ArgumentParser(description="What other values of the constants would gain.")
    parser.add_argument("--json", type=Path, help="also write the gains to this file")
    parser.add_argument("--rounds", type=int, default=15, help="timings of each value")
    parser.add_argument(
        "--constant", action="append", choices=[*(c.name for c in CONSTANTS), "rows"],
        help="sweep this one only; may be repeated",
    )  # fmt: skip
    options = parser.parse_args()
    versions = {"jax": jax.__version__, "jaxlib": version("jaxlib")}
    swept: dict[str, dict[str, Any]] = {}
    for name, usual, found in gains(options.rounds, options.constant):
        in_use = " in use" if found.value == usual else ""
        print(
            f"{name:24} {found.value:10,} {found.gain:5.2f} [{found.low:.2f}, {found.high:.2f}]{in_use}",
            flush=True,
        )
        swept.setdefault(name, {"in_use": usual, "gains": []})["gains"].append(asdict(found))
        if options.json:  # after each, so that an interruption loses none
            report: Mapping[str, Any] = {"versions": versions, "constants": swept}
            write_atomically(options.json, json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
