"""Counters of the processors that this process may run on: time, waiting, heat, clock."""

import math
import os
from contextlib import suppress
from pathlib import Path

import psutil

PRESSURE = Path("/proc/pressure/cpu")
THROTTLED = "/sys/devices/system/cpu/cpu{}/thermal_throttle/core_throttle_count"
CLOCK = "/sys/devices/system/cpu/cpu{}/cpufreq/scaling_cur_freq"

BUSY = ("user", "nice", "system", "irq", "softirq")
"""Kinds of time in which a processor works; "guest" is part of "user"."""


def busy_and_stolen() -> tuple[float, float]:
    """Seconds so far in which they worked, and which a hypervisor gave to other machines."""
    every = psutil.cpu_times(percpu=True)
    own = [every[number] for number in _allowed() if number < len(every)]
    busy = sum(getattr(times, kind, 0.0) for times in own for kind in BUSY)
    return busy, sum(getattr(times, "steal", 0.0) for times in own)


def waiting_seconds() -> float:
    """Seconds so far in which a task waited for a processor; NaN where the system does not tell."""
    with suppress(OSError, ValueError, IndexError):
        return float(PRESSURE.read_text().splitlines()[0].rpartition("=")[2]) / 1e6
    return math.nan


def throttled() -> int:
    """How often they were slowed down so far since they were hot; 0 where it is not told."""
    return int(sum(_numbers(THROTTLED)))


def clock() -> float:
    """Their mean frequency in MHz; NaN where it is not told."""
    found = _numbers(CLOCK)
    return sum(found) / len(found) / 1000 if found else math.nan


def _allowed() -> list[int]:
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def _numbers(file: str) -> list[float]:
    """The number in a file of each processor; empty where there is none."""
    try:
        return [float(Path(file.format(number)).read_text()) for number in _allowed()]
    except (OSError, ValueError):
        return []
