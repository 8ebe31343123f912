"""Every implementation has the members and types of the contract, and imports what it may."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import get_type_hints

import pytest

from benchmarks import registry
from benchmarks.contract import Arrays, Reference, Runner, Solve, Sweep, Training
from benchmarks.kinds import get_kind
from benchmarks.registry import ROOT
from tests.benchmarks.frameworks.conformance import breaches

PACKAGES = ("frameworks", "lessons.custom_gradient")
IMPLEMENTATIONS = [(package, name) for package in PACKAGES for name in registry.names(package)]
FRAMEWORKS = ROOT / "benchmarks" / "frameworks"
FILES = sorted(FRAMEWORKS.rglob("*.py"))
FOLDERS = {path.stem: path.parent.name for path in FILES}
RIVALS = (
    {"jax", "flax", "optax", "logreg_jax"},
    {"torch"},
    {"tensorflow", "keras"},
    {"sklearn", "sklearnex"},
    {"cyanure"},
    {"glum"},
    {"skglm"},
)


@pytest.fixture(scope="module")
def breaches_by_plugin(tmp_path_factory):
    """By plugin, what is wrong with it.

    Each folder of frameworks has a process: one that imports JAX, PyTorch and TensorFlow may crash.
    """
    variables = os.environ | {"JAX_COMPILATION_CACHE_DIR": str(tmp_path_factory.mktemp("caches"))}
    plugins_by_folder, found = {}, {}
    for package, name in IMPLEMENTATIONS:
        if not registry.missing_imports(package, name):
            plugins_by_folder.setdefault(FOLDERS[name], []).append(f"{package}/{name}")
    for plugins in plugins_by_folder.values():
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.frameworks.conformance", *plugins],
            cwd=ROOT, capture_output=True, text=True, env=variables,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        found |= json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize(("package", "name"), IMPLEMENTATIONS)
def test_a_file_is_an_implementation_by_type(package, name, breaches_by_plugin):
    reason = registry.missing_imports(package, name)
    if reason:
        pytest.skip(reason)
    assert breaches_by_plugin[f"{package}/{name}"] == []


@pytest.mark.parametrize("kind", ["training", "sweep"])
def test_a_reference_can_take_its_steps_in_float32_too(kind):
    file = registry.load("frameworks", get_kind(kind).reference)
    assert isinstance(file, Reference)
    assert get_type_hints(file.prepare_float32) == get_type_hints(file.prepare)


def right(task_class=Training, **changes):
    """A module that keeps the contract, apart from what is changed."""

    def unsupported(task: task_class) -> str | None: ...

    def prepare(task: task_class, arrays: Arrays) -> Runner: ...

    members = {"LIBRARY": "toy", "KIND": "training", "unsupported": unsupported, "prepare": prepare}
    return SimpleNamespace(**{k: v for k, v in (members | changes).items() if v is not None})


def without_types(task, arrays): ...


def in_another_order(arrays: Arrays, task: Training) -> Runner: ...


@pytest.mark.parametrize(
    ("module", "complaints"),
    [
        (right(), 0),
        (right(Sweep, KIND="sweep"), 0),
        (right(Solve, KIND="solve"), 0),
        (right(Sweep), 2),
        (right(KIND="guess"), 1),
        (right(LIBRARY=""), 1),
        (right(LIBRARY=None), 1),
        (right(unsupported=None, prepare=None), 2),
        (right(prepare=without_types), 1),
        (right(prepare=in_another_order), 1),
    ],
)
def test_a_breach_is_found(module, complaints):
    assert len(breaches(module)) == complaints


def imported(path):
    """Modules that a file imports anywhere; of `from a import b` both a and a.b."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    found = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} has a relative import"
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def name_of(path):
    return str(Path(path).relative_to(FRAMEWORKS))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_framework_file_imports_the_contract_and_its_own_folder(path):
    own = ["benchmarks.contract", ".".join(path.parent.relative_to(ROOT).parts)]
    if not path.name.startswith("_"):  # its kind may define the class of its tasks
        own.append(f"benchmarks.kinds.{registry.kind_of(path.stem)}")
    ours = {m for m in imported(path) if m.startswith("benchmarks.")} - {"benchmarks.frameworks"}
    assert [m for m in ours if m not in own and not m.startswith(tuple(f"{p}." for p in own))] == []


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_framework_file_loads_no_rival(path):
    roots = {module.split(".")[0] for module in imported(path)}
    assert sum(bool(roots & rivals) for rivals in RIVALS) <= 1
