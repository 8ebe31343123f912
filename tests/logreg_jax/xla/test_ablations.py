"""Every compiler trick has a plain form that computes the same, and is in the table of ablations."""

import ast
import importlib
import inspect
import json
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import jax
import numpy as np
import pytest

from benchmarks.ablations.tricks import TRICKS
from benchmarks.ablations.xla import both_forms
from logreg_jax import _xla

ROOT = Path(__file__).parents[3]
FILES = [module.name for module in pkgutil.iter_modules(_xla.__path__)]
MODULES = [importlib.import_module(f"logreg_jax._xla.{name}") for name in FILES]


def public_functions():
    for module in MODULES:
        for name, value in vars(module).items():
            own = getattr(value, "__module__", None) == module.__name__
            if own and callable(value) and not name.startswith("_") and hasattr(value, "__name__"):
                yield name, value


FUNCTIONS = dict(public_functions())


def test_every_function_is_in_the_table():
    assert sorted(FUNCTIONS) == sorted(name for trick in TRICKS for name in trick.plain)


@pytest.mark.parametrize("name", sorted(FUNCTIONS.keys() - {"is_narrow"}))
def test_a_docstring_says_what_the_trick_is(name):
    doc = inspect.getdoc(FUNCTIONS[name])
    for part in ("Plain form:", "Persuades XLA:CPU to:", "Gain:", "Upstream:"):
        assert part in doc, part
    assert re.search(r"JAX \d+\.\d+", doc) or "see `store_columns`" in doc


@pytest.mark.parametrize("module", MODULES, ids=FILES)
def test_a_measured_figure_names_its_version(module):
    """Docstrings of constants included."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        text = getattr(node, "value", None)
        if isinstance(text, str) and re.search(r"\d times|\d of the time", " ".join(text.split())):
            assert re.search(r"JAX \d+\.\d+", " ".join(text.split())), text


def test_the_command_measures_a_trick(tmp_path):
    """Which way the gain goes is not asserted: no timing is, in a test."""
    name, path = "softplus as a series", tmp_path / "gains.json"
    options = ["--rounds", "1", "--json", str(path), "--trick", name]
    command = [sys.executable, "-m", "benchmarks.ablations.xla", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert name in done.stdout
    report = json.loads(path.read_text())
    assert report["versions"]["jax"] == jax.__version__
    (gain,) = report["gains"]
    assert gain["trick"] == name
    assert gain["gain"] == pytest.approx(gain["plain_seconds"] / gain["seconds"])


# Each compiles a whole workload twice.
LONG = {
    "mean squares as a product",
    "one table for many Gram matrices",
    "reductions by halves",
    "weighted sum as a reduction",
}


@pytest.mark.parametrize(
    "trick",
    [
        pytest.param(t, id=t.name, marks=[pytest.mark.long] if t.name in LONG else [])
        for t in TRICKS
    ],
)
def test_trick_and_plain_form_give_the_same(trick):
    with_trick, plain = both_forms(trick, small=True)
    for got, expected in zip(*map(jax.tree.leaves, (with_trick(), plain())), strict=True):
        np.testing.assert_allclose(got, expected, rtol=2e-4, atol=2e-5)
