"""What a file is, compared with `contract.Implementation`; run as a script it imports implementations.

    python -m tests.benchmarks.frameworks.conformance PACKAGE/NAME...

prints the breaches of each, as JSON.
"""

import json
import sys
from typing import get_type_hints

from benchmarks import registry
from benchmarks.contract import Arrays, Implementation, Runner, Task


def task_classes(base=Task):
    """The class of tasks of each kind, by kind. A kind's file may define its own."""
    found = {}
    for kind in registry.names("kinds"):
        registry.load("kinds", kind)
    for each in base.__subclasses__():
        found |= {each.kind: each} | task_classes(each)
    return found


def breaches(module):
    """In what a module is not an implementation; none if it is one."""
    if not isinstance(module, Implementation):
        missing = [
            n for n in ("LIBRARY", "KIND", "unsupported", "prepare") if not hasattr(module, n)
        ]
        return [f"it has no {name}" for name in missing]
    found = []
    if not (isinstance(module.LIBRARY, str) and module.LIBRARY):
        found.append(f"LIBRARY is {module.LIBRARY!r}")
    if module.KIND not in registry.names("kinds"):
        return [*found, f"KIND is {module.KIND!r}"]
    task = task_classes()[module.KIND]
    expected = {
        "unsupported": {"task": task, "return": str | None},
        "prepare": {"task": task, "arrays": Arrays, "return": Runner},
    }
    for name, types in expected.items():
        hints = get_type_hints(getattr(module, name))
        if hints != types or list(hints) != list(types):
            found.append(f"{name} has types {hints}; expected {types}")
    return found


if __name__ == "__main__":
    print(json.dumps({n: breaches(registry.load(*n.split("/"))) for n in sys.argv[1:]}))
