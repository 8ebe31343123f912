"""The process that measures the ceilings of this machine with one library; started by `ceilings.py`.

    python -m benchmarks.machine.ceiling LIBRARY SECONDS MIB

prints one JSON object: `device`, and the value of each ceiling by its name. `ceiling_<library>.py` has the
calls that are timed: `calls(mib)` yields (ceiling, work of a call, call), and `about()` returns the device
and, where the library reports it, the size of its cache. The best call counts, since a disturbance only
makes a call slower.
"""

import importlib
import json
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

CPU_SIZES = (512, 1024, 2048)
"""Rows of the matrices on a CPU: small products often run undisturbed, large ones use many cores."""

ACCELERATOR_SIZES = (8192,)
"""Rows of the matrices on an accelerator, which reaches full speed on large products only."""

ACCELERATOR_MIB = 1024
"""Least size of the array that an accelerator reads."""


def main(library: str, seconds: float, mib: int) -> dict[str, Any]:
    """Measure all ceilings that a library has calls for.

    Args:
        library: "numpy", "jax" or "torch".
        seconds: time for each call; a ceiling may have several calls.
        mib: size of the array that is read, in MiB.

    Returns:
        "device", its name; "float32" and "tf32", the best rates in FLOP/s; "memory", the best rate in
        bytes/s; "launch", in seconds; "cache", in bytes.
    """
    module = importlib.import_module(f"benchmarks.machine.ceiling_{library}")
    found: dict[str, Any] = module.about()
    for ceiling, work, call in module.calls(mib):
        best = shortest(call, seconds)
        if ceiling == "launch":
            found[ceiling] = best
        else:
            found[ceiling] = max(work / best, found.get(ceiling, 0.0))
    return found


def shortest(call: Callable[[], object], seconds: float) -> float:
    """Seconds of the shortest of as many calls as fit into `seconds`, at least one after a warm-up."""
    call()  # compiles, and touches the memory for the first time
    end, best = perf_counter() + seconds, float("inf")
    while True:
        start = perf_counter()
        call()
        stop = perf_counter()
        best = min(best, stop - start)
        if stop > end:
            return best


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))))
