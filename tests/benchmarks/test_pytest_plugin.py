"""`pytest --benchmark-only` makes the run that the command line makes, beside any other plugin."""

import json
import os
import subprocess
import sys

import pytest

from benchmarks import options
from benchmarks.pytest_plugin import FinishedRounds
from benchmarks.registry import ROOT
from tests.benchmarks.as_typed import ENVIRONMENT, SMALL, run, run_without_ceilings, typed

IN_PYTEST = f"--{options.PREFIX}"


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The folders of the same run from both front doors, and pytest-benchmark's own file."""
    folder = tmp_path_factory.mktemp("both")
    small = SMALL | {"implementation": ["numpy_float64"]}
    done = run_without_ceilings(
        "benchmarks", "run", *typed(small), "--out", str(folder / "commands")
    )
    assert done.returncode == 0, done.stdout + done.stderr
    done = run_without_ceilings(
        "pytest", "--benchmark-only", f"--benchmark-json={folder / 'own.json'}",
        *typed(small, IN_PYTEST), f"{IN_PYTEST}out", str(folder / "pytest"),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def shape(value):
    """The names in a document, without what was measured."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items() if name != "command"}
    return type(value).__name__


def test_the_same_json_comes_out_of_both(both):
    one, other = (
        json.loads((both / door / "benchmark.json").read_text()) for door in ("commands", "pytest")
    )
    assert shape(one) == shape(other)
    assert [b["fullname"] for b in one["benchmarks"]] == [
        b["fullname"] for b in other["benchmarks"]
    ]


def test_pytest_benchmarks_own_file_has_the_same_rows(both):
    ours = json.loads((both / "pytest" / "benchmark.json").read_text())
    theirs = json.loads((both / "own.json").read_text())
    assert theirs["logreg_jax"] == ours["logreg_jax"]
    for one, other in zip(ours["benchmarks"], theirs["benchmarks"], strict=True):
        for name in ("group", "name", "fullname", "param", "params", "extra_info"):
            assert one[name] == other[name]
        assert one["stats"]["data"] == pytest.approx(other["stats"]["data"], rel=1e-9)
        assert set(one["stats"]) == set(other["stats"])


@pytest.mark.long
def test_results_can_be_compared_with_pytest_benchmark(both):
    stored = [str(both / "commands" / "benchmark.json"), str(both / "own.json")]
    done = run("pytest_benchmark", "compare", *stored)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("test_row[diabetes_sgd-numpy_float64]") == 2


@pytest.mark.parametrize(
    ("arguments", "folder", "other"),
    [
        pytest.param((), "tests", "benchmarks", marks=pytest.mark.long),
        (("--benchmark-only",), "benchmarks", "tests"),
    ],
)
def test_a_plain_pytest_collects_tests_and_benchmark_only_the_rows(arguments, folder, other):
    done = run("pytest", "--collect-only", "-q", *arguments)
    collected = [line for line in done.stdout.splitlines() if "::" in line]
    assert len(collected) > 50
    assert all(line.startswith(f"{folder}/") for line in collected)
    assert not any(line.startswith(f"{other}/") for line in collected)


@pytest.mark.long
def test_a_name_that_does_not_exist_is_answered_with_those_that_do():
    done = run("pytest", "--benchmark-only", f"{IN_PYTEST}task", "nope")
    assert done.returncode == 4
    assert "digits_adam, breast_cancer_sgd" in done.stderr


def test_a_folder_that_cannot_be_written_is_said_once_and_not_for_every_row(tmp_path):
    (tmp_path / "file").touch()
    small = typed(SMALL, IN_PYTEST)
    done = run_without_ceilings(
        "pytest", "--benchmark-only", *small, f"{IN_PYTEST}out={tmp_path / 'file'}"
    )
    assert done.returncode == 4
    said = done.stdout + done.stderr
    assert said.count("which cannot be written (it is a file)") == 1
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("arguments", "status"),
    [(("--benchmark-only",), 4), pytest.param(("benchmarks",), 2, marks=pytest.mark.long)],
)
def test_without_pytest_benchmark_the_message_says_so(arguments, status):
    done = run("pytest", "-p", "no:benchmark", "-q", *arguments)
    assert done.returncode == status
    said = done.stdout + done.stderr
    assert "got a pytest without the plugin pytest-benchmark" in said
    assert "INTERNALERROR" not in said


OTHER_PLUGIN = """
def pytest_addoption(parser):
    group = parser.getgroup("another plugin")
    for name in {names}:
        group.addoption("--" + name)
"""


def test_a_plugin_with_options_of_the_same_names_does_not_collide(tmp_path):
    """pytest-timeout has `--timeout`; pytest does not start when two plugins add one option."""
    names = [option.name for option in options.RUN]
    (tmp_path / "another_plugin.py").write_text(OTHER_PLUGIN.format(names=names))
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "another_plugin", "--collect-only", "-q",
         "tests/benchmarks/test_registry.py"],
        cwd=ROOT, env=ENVIRONMENT | {"PYTHONPATH": path}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_clock_tells_finished_rounds():
    clock = FinishedRounds()
    before = clock()
    clock.advance(0.25)
    assert clock() - before == 0.25
