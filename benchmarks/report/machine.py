"""The machine and its ceilings, in sentences."""

from typing import Any

from benchmarks.contract import Record
from benchmarks.verdicts.text import MIB, microseconds, quantity


def machine(environment: dict[str, Any]) -> str:
    """Processor, memory, GPUs and versions in one line, other environments included."""
    e = environment
    parts = [f"{e['cores']} cores of {e['cpu']}", f"{e['memory_gib']} GiB", *e["gpus"]]
    others = (f"; {name}: {_versions(o)}" for name, o in e.get("environments", {}).items())
    return f"{', '.join(parts)}; {e['system']}; {_versions(e)}{''.join(others)}"


def _versions(environment: dict[str, Any]) -> str:
    libraries = ", ".join(f"{name} {version}" for name, version in environment["versions"].items())
    return f"Python {environment['python']}; {libraries}"


def ceilings(record: Record) -> list[str]:
    """A sentence for the ceilings of each device, and one for each library that was not measured."""
    found = record.ceilings.get("devices", {})
    sentences = [
        f"{name}: {', '.join(_ceiling(*item) for item in measured.items())}"
        for name, measured in found.items()
    ]
    missing = record.ceilings.get("missing", {})
    sentences += [f"not measured with {name}: {reason}" for name, reason in missing.items()]
    return sentences or ["not measured in this run"]


def _ceiling(name: str, measured: tuple[float, str]) -> str:
    value, origin = measured
    text = {
        "launch": lambda: f"a launch {microseconds(value)}",
        "memory": lambda: f"memory {quantity(value)}B/s",
        "cache": lambda: f"last-level cache {value / MIB:.0f} MiB",
    }.get(name, lambda: f"{name} {quantity(value)}FLOP/s")()
    return f"{text} ({origin})"
