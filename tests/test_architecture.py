"""Properties of the suite as a whole: who imports whom, small files."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import discover
from benchmarks.process import ROOT

FILES = list((ROOT / "benchmarks").rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Top-level packages that a file imports anywhere."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [n.module for n in nodes if isinstance(n, ast.ImportFrom) and n.module and not n.level]
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_holds_one_idea_and_says_which(path):
    text = path.read_text()
    assert len(text.splitlines()) <= 250
    assert ast.get_docstring(ast.parse(text))


def test_only_framework_files_import_frameworks():
    for path in (ROOT / "benchmarks").rglob("*.py"):
        if path.parent.name not in ("frameworks", "ablations"):
            assert not imported(path) & {
                "jax",
                "flax",
                "torch",
                "tensorflow",
                "keras",
                "logreg_jax",
            }


@pytest.mark.parametrize("name", discover.names("frameworks"))
def test_a_framework_file_loads_no_rival(name):
    families = ({"jax", "flax", "optax", "logreg_jax"}, {"torch"}, {"tensorflow", "keras"})
    used = imported(ROOT / "benchmarks" / "frameworks" / f"{name}.py")
    assert sum(bool(used & family) for family in families) <= 1


def test_importing_the_harness_loads_no_framework():
    code = (
        "import sys, benchmarks.__main__, benchmarks.suite, benchmarks.report.files\n"
        "print(sorted({'jax', 'torch', 'tensorflow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_every_test_module_has_its_module():
    """`test_<name>.py` is about a module, a plugin folder, or the whole."""
    modules = {path.stem.lstrip("_") for path in FILES} | {
        "frameworks",
        "datasets",
        "report",
    }
    whole = {
        "accelerators",
        "architecture",
        "command_line",
        "custom_gradient",
        "readme",
    }
    for path in (ROOT / "tests").glob("test_*.py"):
        assert path.stem.removeprefix("test_") in modules | whole


@pytest.mark.parametrize("name", discover.names("workloads"))
def test_every_task_gives_the_reason_for_its_numbers(name):
    for task in discover.load("workloads", name).TASKS:
        assert len(task.why) > 20
        assert task.dataset in discover.names("datasets")
        importlib.import_module(f"benchmarks.datasets.{task.dataset}")
