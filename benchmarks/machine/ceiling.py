"""The process that measures how fast this machine can be with one library; started by `ceilings.py`.

    python -m benchmarks.machine.ceiling LIBRARY SECONDS MIB

prints one JSON object: `device`, and what was reached by the name of the ceiling. What is called is in
`ceiling_<library>.py`: `calls(mib)` gives (ceiling, work of a call, call) for each, and `about()` the
device and, where the library knows it, the size of its cache. The best call counts, since a disturbance
only makes a call slower.
"""

import importlib
import json
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any


def main(library: str, seconds: float, mib: int) -> dict[str, Any]:
    """Measure everything that a library is asked for.

    Args:
        library: "numpy", "jax" or "torch".
        seconds: time for each call; a ceiling may have several.
        mib: size of the array that is read, MiB.

    Returns:
        "device"; by ceiling the best rate, FLOP/s or bytes/s; "launch", seconds; "cache", bytes.
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
    """Seconds of the shortest call, of at least two and as many as fit into `seconds`."""
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
