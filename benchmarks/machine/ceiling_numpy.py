"""Ceilings of NumPy on the CPU: matrix products by its BLAS, a large array read by all cores."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np

from benchmarks.machine.ceiling import CPU_SIZES
from benchmarks.machine.cores import cores


def about() -> dict[str, str | int]:
    return {"device": "cpu"}


def calls(mib: int) -> Iterator[tuple[str, float, Callable[[], object]]]:
    """Matrix products and maxima; see `ceiling.py`."""
    for size in CPU_SIZES:
        a = np.ones((size, size), np.float32)
        yield "float32", 2 * size**3, partial(np.dot, a, a, out=np.empty_like(a))
    x = np.ones(mib * 2**18, np.float32)
    parts = np.array_split(x, cores())
    with ThreadPoolExecutor(cores()) as threads:  # NumPy itself reads on one core
        yield "memory", x.nbytes, lambda: list(threads.map(np.max, parts))
