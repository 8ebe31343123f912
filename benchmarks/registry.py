"""Plugins by file name: a new file in a plugin folder is registered by being there.

The plugin folders are `datasets`, `workloads`, `frameworks` and `kinds`, and a lesson may bring one of its
own. Subfolders are searched, too. Files with a leading underscore are not plugins.
"""

import ast
import importlib
import importlib.util
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import ModuleType

from benchmarks.contract import Lesson, Task
from benchmarks.exit_status import CannotRun

ROOT = Path(__file__).resolve().parent.parent
"""The folder of the repository."""

PACKAGE = "benchmarks"

DISTRIBUTIONS = {
    "sklearn": "scikit-learn",
    "sklearnex": "scikit-learn-intelex",
    "tensorflow_datasets": "tensorflow-datasets",
}
"""What to install for an import, where the two names differ by more than case."""


class UnknownName(CannotRun):
    """An unknown name; the message lists the names there are."""


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


def absent(package: str, name: str) -> list[str]:
    """Distributions that a plugin imports and that are not installed; nothing is imported.

    Raises:
        UnknownName: if there is no such file.
    """
    require(f"name in {package}", name, names(package))
    roots = _external(_files(package)[name])
    return sorted(DISTRIBUTIONS.get(root, root) for root in roots if not _is_installed(root))


def missing_imports(package: str, name: str) -> str | None:
    """Why a plugin cannot be imported, or None; nothing is imported.

    Raises:
        UnknownName: if there is no such file.
    """
    return explain_absent(absent(package, name))


def explain_absent(distributions: Sequence[str], python: str = "this Python") -> str | None:
    """A reason that names what is not installed in a Python; None if nothing is absent."""
    if not distributions:
        return None
    return f"needs {', '.join(distributions)}, not installed in {python}; install it to run this"


def library_folder(name: str) -> str:
    """The folder in `frameworks/` that an implementation is in.

    Raises:
        UnknownName: if there is no such file.
    """
    require("implementation", name, names("frameworks"))
    return _files("frameworks")[name].parent.name


def kind_of(name: str, package: str = "frameworks") -> str:
    """Which kind of task an implementation is for, read without importing it.

    Raises:
        UnknownName: if there is no such file.
    """
    require(f"name in {package}", name, names(package))
    return _declared_kind(_files(package)[name])


def slow_start(name: str) -> str:
    """Why an implementation is left out of quick runs, read without importing it; empty if it is not.

    Raises:
        UnknownName: if there is no such file.
    """
    require("implementation", name, names("frameworks"))
    return _declared(_files("frameworks")[name], "SLOW_START") or ""


def repeats(name: str) -> str:
    """The implementation whose warm program this one runs again, read without importing it; or empty.

    Raises:
        UnknownName: if there is no such file.
    """
    require("implementation", name, names("frameworks"))
    return _declared(_files("frameworks")[name], "REPEATS") or ""


def implementations(kind: str, package: str = "frameworks") -> list[str]:
    """The implementations for a kind of task, sorted."""
    return [name for name in names(package) if kind_of(name, package) == kind]


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
        for node in ast.walk(ast.parse(init.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("solvers.")
        for alias in node.names
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


def _declared_kind(path: Path) -> str:
    kind = _declared(path, "KIND")
    if kind is None:
        raise ValueError(
            f"got {path} without KIND; expected one of {', '.join(names('kinds'))}. "
            'Add KIND = "training", say, beside LIBRARY.'
        )
    return kind


@cache
def _declared(path: Path, name: str) -> str | None:
    """The text that a file gives to a name at its top level; None if it does not."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            return str(ast.literal_eval(node.value))
    return None


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
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
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
    """The file of a module of the suite, if it is one and not a name in one, and its packages' files."""
    base = ROOT / Path(*module.split("."))
    packages = [base, *base.parents[: len(module.split(".")) - 1]]
    files = [base.with_suffix(".py"), *(package / "__init__.py" for package in packages)]
    return [path for path in files if path.is_file()]
