"""Plugins are found by file name, and what they need is known without importing them."""

import importlib.util
import subprocess
import sys

import pytest

from benchmarks import registry
from benchmarks.registry import ROOT, UnknownName

ABSENT = {"sklearn"}


@pytest.fixture
def without_sklearn(monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name in ABSENT else find(name)
    )


@pytest.mark.parametrize("name", ["sklearn_lbfgs", "sklearn_saga"])
def test_what_a_private_neighbour_imports_is_needed_too(name, without_sklearn):
    """Whether the neighbour is imported as a module of its folder or by a name in it."""
    assert "needs scikit-learn" in registry.missing_imports("frameworks", name)


@pytest.mark.parametrize("name", ["digits", "pima", "a9a"])
def test_data_sets_say_what_they_need(name, without_sklearn):
    assert "needs scikit-learn" in registry.missing_imports("datasets", name)
    assert registry.missing_imports("datasets", "synthetic") is None


def test_every_way_to_import_a_file_of_the_suite_is_followed(tmp_path, monkeypatch):
    package = tmp_path / "benchmarks" / "frameworks"
    package.mkdir(parents=True)
    for folder in (package, package.parent):
        (folder / "__init__.py").touch()
    (package / "_helper.py").write_text("import numpy.linalg\nfrom . import _second\n")
    (package / "_second.py").write_text("import no_such_package\n")
    ways = {
        "from_package": "from benchmarks.frameworks import _helper",
        "from_module": "from benchmarks.frameworks._helper import something",
        "module": "import benchmarks.frameworks._helper",
        "relative": "from ._helper import something",
    }
    for name, line in ways.items():
        (package / f"{name}.py").write_text(line)
    monkeypatch.setattr(registry, "ROOT", tmp_path)
    registry._files.cache_clear()
    try:
        for name in ways:
            assert "no_such_package" in (registry.missing_imports("frameworks", name) or ""), name
    finally:
        registry._files.cache_clear()


def test_a_name_that_does_not_exist_is_answered_with_those_that_do():
    with pytest.raises(UnknownName, match=r"expected one of .*numpy_float64.*list"):
        registry.load("frameworks", "no_such_implementation")


def test_two_files_of_one_name_are_refused(tmp_path, monkeypatch):
    for folder in ("one", "two"):
        (tmp_path / "benchmarks" / "frameworks" / folder).mkdir(parents=True)
        (tmp_path / "benchmarks" / "frameworks" / folder / "same.py").touch()
    monkeypatch.setattr(registry, "ROOT", tmp_path)
    registry._files.cache_clear()
    try:
        with pytest.raises(ValueError, match="expected one name once"):
            registry.names("frameworks")
    finally:
        registry._files.cache_clear()


def test_solvers_are_named_as_users_import_them():
    code = "import logreg_jax, sys; [getattr(logreg_jax, name) for name in sys.argv[1:]]"
    found = registry.solvers()
    assert {"LBFGS", "Newton", "Optax"} <= set(found)
    subprocess.run([sys.executable, "-c", code, *found], cwd=ROOT, check=True)


HIDE = """
import importlib.machinery, sys
find = importlib.machinery.PathFinder.find_spec
hidden = {"sklearn"}
importlib.machinery.PathFinder.find_spec = classmethod(
    lambda cls, name, path=None, target=None:
        None if name.split(".")[0] in hidden else find(name, path, target))
from benchmarks.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


def without_scikit_learn(*arguments):
    command = [sys.executable, "-c", HIDE, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert "Traceback" not in done.stderr
    return done.returncode, " ".join(done.stdout.split())


def test_without_scikit_learn_list_goes_on():
    status, said = without_scikit_learn("list")
    assert status == 0
    assert said.count("needs scikit-learn") >= 8


@pytest.mark.long
def test_without_scikit_learn_run_goes_on(tmp_path):
    chosen = ["--quick", "--task", "diabetes_sgd", "--implementation", "numpy_float64"]
    status, said = without_scikit_learn("run", *chosen, "--out", str(tmp_path))
    assert status == 1  # nothing was measured
    assert "the data set diabetes needs scikit-learn" in said
