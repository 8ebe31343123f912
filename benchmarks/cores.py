"""How many cores there are, and into how many parts the models of a sweep go on a CPU."""

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
