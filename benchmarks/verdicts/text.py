"""Numbers as text for the tables: short, with units, and with significant digits only."""

from collections.abc import Mapping
from math import isfinite

from benchmarks.verdicts.intervals import Interval

MIB = 2**20

UNKNOWN = "unknown"
"""Stands for the spread of what was measured in one process only."""


def interval(value: Interval, digits: int | None = None) -> str:
    """A ratio with its interval, such as `1.93 [1.90, 1.97]`.

    Args:
        value: the ratio.
        digits: digits after the point; by default as many as the size of the ratio calls for.
    """
    if digits is None:
        digits = 3 if value.value < 0.1 else 2 if value.value < 99.5 else 0
    if not isfinite(value.high):
        return f"{value.value:.{digits}f} (one process)"
    # after few processes an end can be anything, and a long number would say no more
    is_long = value.high >= max(1000, 10 * value.value)
    high = ">999" if is_long else f"{value.high:.{digits}f}"
    return f"{value.value:.{digits}f} [{value.low:.{digits}f}, {high}]"


def quantity(value: float) -> str:
    """A positive number with three digits and k, M, G or T, such as `14.6 M`."""
    for unit, name in ((1e12, " T"), (1e9, " G"), (1e6, " M"), (1e3, " k")):
        if value >= 0.9995 * unit:  # 999.9 rounds to 1 k, not to 1e+03
            return f"{value / unit:.3g}{name}"
    return f"{value:.3g}"


def spread(value: Interval) -> str:
    """Half the width of an interval as a percentage of its value, such as `±2%`, or `unknown`."""
    if not isfinite(value.high):
        return UNKNOWN
    if value.value == 0:
        return "±0%"
    share = 50 * (value.high - value.low) / value.value
    return f"±{share:.0f}%" if share < 1000 else ">999%"


def percent(share: float | None) -> str:
    """A share of 1 as a percentage with two digits, such as `41%`; empty for None."""
    if share is None:
        return ""
    value = 100 * share
    digits = ".0f" if value >= 9.95 else ".1f" if value >= 0.995 else ".1g"
    return f"{value:{digits}}%"


def microseconds(seconds: float) -> str:
    """A short time, such as `24 µs`."""
    return f"{1e6 * seconds:.2g} µs" if seconds < 1e-4 else f"{1e6 * seconds:,.0f} µs"


def duration(seconds: float) -> str:
    """A time with three digits and its unit, such as `3.65 ms`."""
    for unit, name in ((1.0, "s"), (1e-3, "ms")):
        if seconds >= 0.9995 * unit:
            return f"{seconds / unit:.3g} {name}"
    return f"{1e6 * seconds:.3g} µs"


def peak_memory(costs: Mapping[str, float]) -> str:
    """Peak memory in MiB, such as `540(120)+800`.

    The first number is the peak of the process, the one in brackets the part that the task added, the
    last one the peak of the process's GPU or TPU.

    Args:
        costs: costs of a row; memory is in bytes, and what was not measured is left out.
    """
    mib = {name: f"{value / MIB:.0f}" for name, value in costs.items() if name.endswith("_memory")}
    text = mib.get("peak_memory", "")
    if "task_memory" in mib:
        text += f"({mib['task_memory']})"
    return f"{text}+{mib['device_memory']}" if "device_memory" in mib else text


def epochs(count: float | None) -> str:
    """A number of epochs; `at once` for 0 and `never` for None."""
    if count is None:
        return "never"
    return f"{count:,.0f}" if count else "at once"
