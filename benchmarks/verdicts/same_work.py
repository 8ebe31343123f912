"""Whether two runs did the same work on the same machine, so that their times can be compared."""

from typing import Any

from benchmarks.contract import Record, Row, Status

MACHINE = ("cpu", "cores", "gpus")
"""Facts of a machine that have to be the same."""

CEILINGS = {"float32": 1.5, "tf32": 1.5, "launch": 1.5, "memory": 2.0}
"""Factor by which a ceiling may differ between two runs on one machine. The memory of a virtual machine,
which shares it with others, was seen to differ by 1.75 within an hour."""

OF_A_RUN = {"load", "curve", "order_seed", "finished", "seconds", "why"}
"""Facts of a task that a run adds, or that say nothing of the work."""


def other_machine(before: Record, now: Record) -> str:
    """In what the machines of two runs differ; empty if they seem to be the same."""
    found = [
        f"{name} was {before.environment[name]}, is {now.environment[name]}"
        for name in MACHINE
        if before.environment[name] != now.environment[name]
    ]
    old, new = before.ceilings.get("devices", {}), now.ceilings.get("devices", {})
    for device in sorted(set(old) & set(new)):
        for name, allowed in CEILINGS.items():
            if name in old[device] and name in new[device]:
                was, now_is = old[device][name][0], new[device][name][0]
                if max(was, now_is) > allowed * min(was, now_is):
                    found.append(
                        f"the ceiling of {name} on {device} was {was:.3g}, is {now_is:.3g}"
                    )
    return "; ".join(found)


def other_work(before: Record, now: Record, task: str) -> str:
    """In what a task differs between two runs; empty if it is the same."""
    old, new = before.tasks.get(task, {}), now.tasks.get(task, {})
    names = sorted((set(old) | set(new)) - OF_A_RUN)
    return "; ".join(
        f"{name} was {_said(old, name)}, is {_said(new, name)}"
        for name in names
        if old.get(name) != new.get(name)
    )


def no_time(was: Row, now_is: Row) -> str:
    """Why one of two rows of an implementation has no time; empty if both have."""
    for when, row in (("now", now_is), ("before", was)):
        if row.status is not Status.OK:
            return f"{when} {row.explanation()}"
    return ""


def other_products(was: Row, now_is: Row) -> str:
    """What the products of a row were and are computed in, or on which device, if that differs."""
    old, new = was.as_dict(), now_is.as_dict()
    different = [n for n in ("device", "precision") if n in old and old[n] != new.get(n)]
    return "; ".join(f"{name} was {old[name] or 'not asked'}, is {new[name]}" for name in different)


def _said(facts: dict[str, Any], name: str) -> str:
    return str(facts.get(name, "nothing"))
