"""How fast NumPy gets on the CPU: a large product by its BLAS, a large array read by all cores."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

SIZE = 2048


def about() -> dict[str, str | int]:
    return {"device": "cpu"}


def probes(mib: int) -> Iterator[tuple[str, float, Callable[[], object]]]:
    """See `benchmarks/probe.py`."""
    a = np.ones((SIZE, SIZE), np.float32)
    product = np.empty_like(a)
    yield "float32", 2 * SIZE**3, lambda: np.dot(a, a, out=product)
    x = np.ones(mib * 2**18, np.float32)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    parts = np.array_split(x, cores)
    with ThreadPoolExecutor(cores) as threads:  # NumPy itself reads with one core
        yield "memory", x.nbytes, lambda: list(threads.map(np.max, parts))
