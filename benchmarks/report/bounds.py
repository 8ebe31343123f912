"""What the reports say of the roofline: the machine's ceilings, and each task's bound."""

from benchmarks.record import Record
from benchmarks.report.lines import Line, lines, quantity, task_roof


def percent(line: Line) -> str:
    """The share of the roofline that a row reaches, such as `41%`; empty if not known."""
    if line.roofline is None:
        return ""
    share = 100 * line.roofline
    return (
        f"{share:.0f}%" if share >= 9.95 else f"{share:.1f}%" if share >= 0.995 else f"{share:.1g}%"
    )


def bound(record: Record, task: str) -> str:
    """What bounds a task where its fastest row ran, and the ideal; empty if not known."""
    timed = [line for line in lines(record, task) if line.speed]
    best = timed[0] if timed else None
    top = task_roof(record, task, best.row.device) if best else None
    if best is None or top is None:
        return ""
    ideal = quantity(best.row.examples / top.seconds)
    if top.bound != "launch":
        return f"Bound by {top.bound}: ideally {ideal} examples/s."
    each = quantity(best.row.examples / (top.launch * top.seconds / top.step))
    return (
        f"Bound by launches: a step is {_micro(top.step)} of {top.limit}, a launch takes "
        f"{_micro(top.launch)}. Ideally {ideal} examples/s; {each} with a launch for every step."
    )


def ceilings(record: Record) -> list[str]:
    """The ceilings of each device in a sentence, and why others were not measured."""
    found = record.ceilings.get("devices", {})
    said = [
        f"{name}: {', '.join(_ceiling(*item) for item in f.items())}" for name, f in found.items()
    ]
    missing = record.ceilings.get("missing", {})
    said += [f"not measured with {name}: {reason}" for name, reason in missing.items()]
    return said or ["not measured in this run"]


def _ceiling(name: str, measured: list) -> str:
    value, origin = measured
    text = {
        "launch": lambda: f"a launch {_micro(value)}",
        "memory": lambda: f"memory {quantity(value)}B/s",
        "cache": lambda: f"last-level cache {value / 2**20:.0f} MiB",
    }.get(name, lambda: f"{name} {quantity(value)}FLOP/s")()
    return f"{text} ({origin})"


def _micro(seconds: float) -> str:
    return f"{1e6 * seconds:.2g} µs" if seconds < 1e-4 else f"{1e6 * seconds:,.0f} µs"
