"""Properties of the suite as a whole: which room imports which, one name for one idea, small files."""

import ast
import re
import subprocess
import sys
from collections import defaultdict

import pytest

from benchmarks.registry import ROOT

SUITE = ROOT / "benchmarks"
FILES = sorted(SUITE.rglob("*.py"))

# From the front doors down. A room may import those below it, and nothing above.
ORDER = (
    ("__main__", "pytest_plugin", "test_benchmarks", "ablations"),
    ("command_line",),
    ("commands", "listing"),
    ("session", "resuming"),
    ("selection", "options"),
    ("lessons", "semantics", "cases", "durations", "environments"),
    ("report",),
    ("results",),
    ("stored_record",),
    ("export", "upgrade", "loading"),
    ("datasets", "workloads", "frameworks"),
    ("kinds",),
    ("proof",),
    ("timing",),
    ("verdicts",),
    ("interpreter",),
    ("workers",),
    ("machine",),
    ("registry", "storage"),
    ("contract", "exit_status"),
)
RANK = {room: rank for rank, rooms in enumerate(ORDER) for room in rooms}

FRAMEWORKS = {"jax", "flax", "optax", "torch", "tensorflow", "keras", "logreg_jax"}
IN_WORKERS = {"frameworks", "ablations", "lessons/custom_gradient", "semantics/optimizers"}
"""Folders whose files run in processes of their own, and may import frameworks; and these files:"""
IN_WORKERS_TOO = {"proof/judge.py", "machine/ceiling_jax.py", "machine/ceiling_torch.py"}

PER_PLUGIN = {
    "prepare", "prepare_float32", "unsupported", "missing", "load",  # what every plugin of a folder has
    "run", "about", "calls", "main",
}  # fmt: skip


def room_of(path):
    return path.relative_to(SUITE).with_suffix("").parts[0]


def imports_of(path):
    """Modules that a file imports anywhere, with every name imported from a package of the suite."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = path.relative_to(ROOT).parts[: -node.level] if node.level else ()
            module = ".".join([*package, *filter(None, [node.module])])
            found.add(module)
            if module == "benchmarks":
                found |= {f"benchmarks.{alias.name}" for alias in node.names}
    return found


def packages_of(path):
    return {name.split(".")[0] for name in imports_of(path)}


def relative(path):
    return str(path.relative_to(SUITE))


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_a_file_holds_one_idea_and_says_which(path):
    text = path.read_text()
    assert len(text.splitlines()) <= 250
    assert ast.get_docstring(ast.parse(text))


def test_every_room_has_its_place_in_the_order():
    assert {
        room_of(path) for path in FILES if path.parent != SUITE or path.stem != "__init__"
    } == set(RANK)


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_imports_run_down_only(path):
    assert path == SUITE / "__init__.py" or not imports_that_run_up(path, room_of(path))


def imports_that_run_up(path, own):
    """What a file of the room `own` imports from rooms that are not below it."""
    ours = sorted(name for name in imports_of(path) if name.startswith("benchmarks."))
    rooms = {name: name.split(".")[1] for name in ours}
    return [name for name, room in rooms.items() if room != own and RANK[room] <= RANK[own]]


def test_an_import_that_runs_up_is_found(tmp_path):
    planted = tmp_path / "planted.py"
    planted.write_text("from benchmarks.session import Session\nfrom benchmarks import registry\n")
    assert imports_that_run_up(planted, "contract") == ["benchmarks.registry", "benchmarks.session"]
    assert imports_that_run_up(planted, "kinds") == ["benchmarks.session"]


def test_the_contract_needs_numpy_and_the_standard_library_only():
    """What of the suite it may import is its own: nothing is below it."""
    for path in (SUITE / "contract").rglob("*.py"):
        assert packages_of(path) <= {"benchmarks", "numpy"} | set(sys.stdlib_module_names), path


def test_only_what_runs_in_workers_imports_frameworks():
    for path in FILES:
        inside = any(relative(path).startswith(f"{folder}/") for folder in IN_WORKERS)
        if not inside and relative(path) not in IN_WORKERS_TOO:
            assert not packages_of(path) & FRAMEWORKS, path


def test_importing_the_suite_loads_no_framework():
    code = (
        "import sys, benchmarks.command_line, benchmarks.pytest_plugin\n"
        "print(sorted({'jax', 'torch', 'tensorflow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_nothing_asks_for_the_kind_of_a_task():
    """What differs between kinds is in `kinds/`: a fourth kind is one more file."""
    branch = re.compile(r"\bkind\s*([=!]=|(not )?in\s*[(\[{])")
    assert [relative(path) for path in FILES if branch.search(path.read_text())] == []


def scope_of(path):
    """Where a name has to be alone: the suite, or among the implementations of one library.

    What two libraries have is called the same on purpose, and so is what a lesson or the semantics have in
    each framework.
    """
    folder = relative(path.parent)
    if folder in ("lessons/custom_gradient", "semantics/optimizers"):
        return relative(path)
    return folder if folder.startswith("frameworks") else "suite"


def test_no_public_name_stands_for_two_ideas():
    found = defaultdict(set)
    for path in FILES:
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                found[scope_of(path), node.name].add(relative(path))
    twice = {name: sorted(paths) for (_, name), paths in found.items() if len(paths) > 1}
    assert {name: paths for name, paths in twice.items() if name not in PER_PLUGIN} == {}


def test_every_test_file_has_its_file():
    """`test_<name>.py` is about the file, or the folder, of that name beside it in the suite."""
    about_the_whole = {
        "architecture", "faults", "plugins", "signals",
        # what every implementation is held to
        "conformance", "trainings", "sweeps", "solves", "precision", "cuda_graph",
    }  # fmt: skip
    for path in (ROOT / "tests" / "benchmarks").rglob("test_*.py"):
        folder = SUITE / path.parent.relative_to(ROOT / "tests" / "benchmarks")
        name = path.stem.removeprefix("test_")
        beside = {p.stem.lstrip("_") for p in folder.rglob("*.py")} | {folder.name}
        assert name in beside | about_the_whole or (folder / name).is_dir(), path
