"""Plugins by file name: a new file in a plugin folder is registered by being there."""

import ast
import importlib
import importlib.util
import pkgutil
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import get_args

from benchmarks.solve_spec import SolveTask
from benchmarks.spec import Kind, Lesson, Task


def names(package: str) -> list[str]:
    """File names in `benchmarks/<package>/`, sorted; a leading underscore marks a helper."""
    folder = importlib.import_module(f"benchmarks.{package}").__path__
    return sorted(m.name for m in pkgutil.iter_modules(folder) if not m.name.startswith("_"))


def load(package: str, name: str) -> ModuleType:
    """The module `benchmarks/<package>/<name>.py`; a helper, too, if its name is given.

    Raises:
        LookupError: if there is no such file, with the names there are.
        ImportError: if something that the file needs is not installed.
    """
    if not name.startswith("_"):
        require(package, name, names(package))
    return importlib.import_module(f"benchmarks.{package}.{name}")


def missing_imports(package: str, name: str) -> str | None:
    """Which packages that a plugin imports are not installed, or None; nothing is imported."""
    roots = _roots(f"benchmarks.{package}.{name}", helpers=f"benchmarks.{package}._")
    absent = sorted(root for root in roots if importlib.util.find_spec(root) is None)
    if not absent:
        return None
    return f"needs {', '.join(absent)}, not installed in this Python; `pip install` it to have this row"


@cache  # asked for every pair of a task and a framework
def kind(framework: str) -> str:
    """Which kind of task a framework file is for, read without importing it."""
    for node in _parse(f"benchmarks.frameworks.{framework}").body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "KIND":
            return ast.literal_eval(node.value)
    raise ValueError(
        f"got frameworks/{framework}.py without KIND; expected one of {', '.join(get_args(Kind))}. "
        'Add KIND = "training" beside LIBRARY.'
    )


def _parse(module: str) -> ast.Module:
    return ast.parse(Path(importlib.util.find_spec(module).origin).read_text())


def _roots(module: str, helpers: str) -> set[str]:
    """Top-level packages that a module imports, itself or through helpers of its folder."""
    found: set[str] = set()
    for node in _parse(module).body:
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module.split(".")[0])
            if node.module.startswith(helpers):
                found |= _roots(node.module, helpers)
    return found


def tasks() -> dict[str, Task | SolveTask]:
    """All tasks of all workload files, by name, in the files' order."""
    found: dict[str, Task | SolveTask] = {}
    for workload in names("workloads"):
        for task in load("workloads", workload).TASKS:
            if task.name in found:
                raise ValueError(f"two workloads define a task named {task.name}; rename one")
            found[task.name] = task
    return found


def lessons() -> dict[str, Lesson]:
    """The lessons of all workload files, by task name."""
    modules = (load("workloads", name) for name in names("workloads"))
    return {name: lesson for m in modules for name, lesson in getattr(m, "LESSONS", {}).items()}


def require(kind: str, name: str, known: list[str]) -> None:
    """Raise a LookupError that lists what is known, unless `name` is among it."""
    if name not in known:
        raise LookupError(
            f"got {kind} {name!r}; expected one of {', '.join(known)}. "
            "`python -m benchmarks list` shows them."
        )
