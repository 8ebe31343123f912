"""Number of cores, and number of parts that a sweep on a CPU is split into."""

import os

MOST_PARTS = 4
"""Most parts of a sweep on a CPU; each part has its own copy of the data that the models share."""


def cores() -> int:
    """Number of cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def parts() -> int:
    """Number of parts of a sweep on a CPU: one per core, at most MOST_PARTS."""
    return min(MOST_PARTS, cores())
