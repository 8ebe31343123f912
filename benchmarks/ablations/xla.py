"""What each compiler trick of the library gains today.

    python -m benchmarks.ablations.xla [--json FILE] [--rounds N] [--trick NAME]...

Each workload is compiled twice, with the trick and with its plain form, and the two programs are timed in
turn. The gain is the time of the plain form over that with the trick, the median of the rounds, with the
first and third quartile. A gain of 1 says that the trick can be retired.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jax
import numpy as np

from benchmarks.ablations.tricks import TRICKS, Trick, Workload
from benchmarks.storage.atomic import write_atomically


@dataclass(frozen=True)
class Gain:
    """The gain of a trick.

    Attributes:
        trick: its name.
        gain: median over the rounds of plain time / time with the trick.
        low: first quartile.
        high: third quartile.
        seconds: median time with the trick.
        plain_seconds: median time of the plain form.
    """

    trick: str
    gain: float
    low: float
    high: float
    seconds: float
    plain_seconds: float


@contextmanager
def plain_form(trick: Trick) -> Iterator[None]:
    """Replace the functions of a trick by their plain forms, wherever the library has imported them."""
    library = [module for name, module in sys.modules.items() if name.startswith("logreg_jax.")]
    found = [(m, name) for m in library for name in trick.plain if name in vars(m)]
    originals = [(module, name, vars(module)[name]) for module, name in found]
    jax.clear_caches()  # programs that were traced with the trick
    for module, name in found:
        setattr(module, name, trick.plain[name])
    try:
        yield
    finally:
        for module, name, original in originals:
            setattr(module, name, original)
        jax.clear_caches()


def compiled(workload: Workload) -> Callable[[], Any]:
    """The workload as a program that was compiled ahead of time."""
    function, arguments = workload
    program = jax.jit(function).lower(*arguments).compile()
    return lambda: jax.block_until_ready(program(*arguments))


def both_forms(trick: Trick, *, small: bool) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """The trick's workload as two programs: with the trick, and in plain form."""
    jax.clear_caches()
    with_trick = compiled(trick.workload(small))
    with plain_form(trick):
        plain = compiled(trick.workload(small))
    return with_trick, plain


def measure(trick: Trick, rounds: int) -> Gain:
    """Time both forms in turn, after one warm-up of each."""
    programs = both_forms(trick, small=False)
    for program in programs:
        program()
    times = np.array([[seconds_of(program) for program in programs] for _ in range(rounds)])
    low, gain, high = np.percentile(times[:, 1] / times[:, 0], [25, 50, 75])
    seconds, plain_seconds = np.median(times, axis=0)
    return Gain(trick.name, *map(float, (gain, low, high, seconds, plain_seconds)))


def seconds_of(program: Callable[[], Any]) -> float:
    """Seconds of one run."""
    start = time.perf_counter()
    program()
    return time.perf_counter() - start


def main() -> None:
    """Measure the tricks and print a line for each."""
    parser = argparse.ArgumentParser(description="What each compiler trick of the library gains.")
    parser.add_argument("--json", type=Path, help="also write the gains to this file")
    parser.add_argument("--rounds", type=int, default=15, help="timings of each form")
    parser.add_argument(
        "--trick",
        action="append",
        choices=[trick.name for trick in TRICKS],
        help="measure this one only; may be repeated",
    )
    options = parser.parse_args()
    print(f"JAX {jax.__version__}, jaxlib {version('jaxlib')}, {jax.devices()[0].device_kind}")
    gains = []
    for trick in [t for t in TRICKS if not options.trick or t.name in options.trick]:
        gains.append(found := measure(trick, options.rounds))
        interval = f"{found.gain:.2f} [{found.low:.2f}, {found.high:.2f}]"
        times = f"{1e3 * found.seconds:.2f} ms, plain {1e3 * found.plain_seconds:.2f} ms"
        print(f"{trick.name:42} {interval:20} {times}", flush=True)
        if options.json:  # after each, so that an interruption loses none
            versions = {"jax": jax.__version__, "jaxlib": version("jaxlib")}
            report = {"versions": versions, "gains": [asdict(gain) for gain in gains]}
            write_atomically(options.json, json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
