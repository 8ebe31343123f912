"""How many cores there are, and how many parts a sweep on a CPU is cut into."""

import os

MOST_PARTS = 4
"""Each part has a copy of what the models share."""


def cores() -> int:
    """Cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def parts() -> int:
    """Of a sweep on a CPU: one per core, but not many."""
    return min(MOST_PARTS, cores())
