"""Plugins by file name: a new file in a plugin folder is registered by being there.

The plugin folders are `datasets`, `workloads`, `frameworks` and `kinds`, and a lesson may bring one of its
own. Files may lie in subfolders, one per library say; a leading underscore marks what is no plugin.
"""

import ast
import importlib
import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.contract import Lesson, Task

ROOT = Path(__file__).resolve().parent.parent
"""The folder of the repository."""

PACKAGE = "benchmarks"


class UnknownName(LookupError):
    """A name that nothing has; the message lists the names there are."""


def names(package: str) -> list[str]:
    """Names of the plugins in `benchmarks/<package>/`, sorted."""
    return sorted(_files(package))


def load(package: str, name: str) -> ModuleType:
    """The module of a plugin.

    Raises:
        UnknownName: if there is no such file, with the names there are.
        ImportError: if something that the file needs is not installed.
    """
    require(f"name in {package}", name, names(package))
    return importlib.import_module(_module(_files(package)[name]))


def missing_imports(package: str, name: str) -> str | None:
    """Which packages that a plugin imports are not installed, or None; nothing is imported.

    Raises:
        UnknownName: if there is no such file.
    """
    require(f"name in {package}", name, names(package))
    absent = sorted(r for r in _external(_files(package)[name]) if not _is_installed(r))
    if not absent:
        return None
    return f"needs {', '.join(absent)}, not installed in this Python; `pip install` it to have this"


def kind_of(name: str, package: str = "frameworks") -> str:
    """Which kind of task an implementation is for, read without importing it."""
    return _kind_of(_files(package)[name])


def kind(name: str) -> Any:
    """What knows how tasks of a kind are measured: the `KIND` of `kinds/<name>.py`."""
    return load("kinds", name).KIND


def tasks() -> dict[str, Task]:
    """All tasks of all workload files, by name, in the files' order."""
    found: dict[str, Task] = {}
    for workload in names("workloads"):
        for task in load("workloads", workload).TASKS:
            if task.name in found:
                raise ValueError(f"two workloads define a task named {task.name}; rename one")
            found[task.name] = task
    return found


def lessons() -> dict[str, Lesson]:
    """The lessons of all workload files, by the name of their task."""
    modules = (load("workloads", name) for name in names("workloads"))
    return {lesson.task.name: lesson for m in modules for lesson in getattr(m, "LESSONS", ())}


def solvers() -> list[str]:
    """Names of the library's solvers as users import them, read without importing JAX."""
    init = ROOT / "logreg_jax" / "__init__.py"
    return sorted(
        alias.name
        for node in ast.walk(ast.parse(init.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("solvers.")
        for alias in node.names
        if node.module != "solvers.base"
    )


def require(what: str, name: str, known: list[str]) -> None:
    """Raise UnknownName, which lists what is known, unless `name` is among it."""
    if name not in known:
        raise UnknownName(
            f"got {what} {name!r}; expected one of {', '.join(known)}. "
            "`python -m benchmarks list` shows them."
        )


@cache  # asked for every pair of a task and an implementation
def _files(package: str) -> dict[str, Path]:
    folder = ROOT / PACKAGE / Path(*package.split("."))
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("[!_]*.py")):
        if path.stem in found:
            raise ValueError(
                f"got {path} and {found[path.stem]}; expected one name once. Rename one."
            )
        found[path.stem] = path
    return found


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@cache
def _kind_of(path: Path) -> str:
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "KIND":
            return str(ast.literal_eval(node.value))
    raise ValueError(
        f"got {path} without KIND; expected one of {', '.join(names('kinds'))}. "
        'Add KIND = "training", say, beside LIBRARY.'
    )


def _is_installed(root: str) -> bool:
    try:
        return importlib.util.find_spec(root) is not None
    except (ImportError, ValueError):
        return False


def _external(path: Path) -> set[str]:
    """Top-level packages that a file imports, itself or through other files of the suite."""
    found: set[str] = set()
    seen: set[Path] = set()
    waiting = [path]
    while waiting:
        here = waiting.pop()
        if here in seen:
            continue
        seen.add(here)
        for module in _imported(here):
            if module.split(".")[0] == PACKAGE:
                waiting += _own_files(module)
            else:
                found.add(module.split(".")[0])
    return found


def _imported(path: Path) -> set[str]:
    """What a file imports when it is loaded; a name imported from a package may be a module itself."""
    found: set[str] = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level:
                parents = _module(path).split(".")[: -node.level]
                module = ".".join([*parents, *filter(None, [module])])
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return found


def _own_files(module: str) -> list[Path]:
    """The file of a module of the suite, if it is one and not a name in one."""
    base = ROOT / Path(*module.split("."))
    return [path for path in (base.with_suffix(".py"), base / "__init__.py") if path.is_file()]
