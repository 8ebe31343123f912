"""Rows that run in another Python: which ones, what it lacks, and what it changes."""

import math
import sys
from pathlib import Path

import pytest

from benchmarks import registry, results
from benchmarks.__main__ import main
from benchmarks.environments import Environments, choose_environments
from benchmarks.exit_status import CannotRun
from benchmarks.kinds import _blocks
from benchmarks.registry import UnknownName
from benchmarks.report.machine import machine
from benchmarks.selection import Selection
from benchmarks.session import Session
from benchmarks.verdicts.environments import environments
from benchmarks.verdicts.noise_floor import NoiseFloor
from tests.benchmarks.in_process import silent
from tests.benchmarks.records import training_row


@pytest.fixture
def other(tmp_path):
    """A Python that is not the one of the tests, by its path, and says so to its workers."""
    path = tmp_path / "other" / "python"
    path.parent.mkdir()
    path.write_text(f'#!/bin/sh\nOTHER=1 exec "{sys.executable}" "$@"\n')
    path.chmod(0o755)
    return path


FOUND = {"python": "3.11.7", "versions": {"jax": "0.10.2"}, "absent": {"tf_xla": ["tensorflow"]}}
OLD = Environments(
    {"torch": "/t/python"}, {"old": "/o/python"}, {"/o/python": FOUND, "/t/python": FOUND}
)


def test_every_implementation_has_a_row_for_each_environment():
    assert OLD.rows(["jax_scan", "tf_xla"]) == [
        "jax_scan", "jax_scan (old)", "tf_xla", "tf_xla (old)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "python"),
    [
        ("jax_scan", sys.executable),
        ("jax_scan (again)", sys.executable),
        ("jax_scan (old)", "/o/python"),
        ("torch_eager", "/t/python"),
        ("torch_eager (again)", "/t/python"),
        ("torch_eager (old)", "/o/python"),
    ],
)
def test_a_row_runs_in_the_python_of_its_name_or_of_its_library(row, python):
    assert OLD.python(row) == python


def test_what_an_environment_lacks_is_the_reason_of_its_own_row_only():
    assert OLD.missing_imports("tf_xla (old)") == (
        "needs tensorflow, not installed in /o/python; install it to run this"
    )
    assert OLD.missing_imports("tf_xla") == registry.missing_imports("frameworks", "tf_xla")


def test_the_record_has_the_versions_of_each_environment():
    kept = {"python": "3.11.7", "versions": {"jax": "0.10.2"}}
    assert OLD.facts() == {"environments": {"torch": kept, "old": kept}}
    assert Environments().facts() == {}


def test_the_line_of_the_machine_has_each_environment():
    about = {
        "cores": 2, "cpu": "a", "memory_gib": 8, "gpus": [], "system": "Linux",
        "python": "3.13.0", "versions": {"jax": "0.12"}, **OLD.facts(),
    }  # fmt: skip
    said = "; Python 3.13.0; jax 0.12; torch: Python 3.11.7; jax 0.10.2; old: Python 3.11.7; jax 0.10.2"
    assert machine(about).endswith(said)


@pytest.mark.parametrize(
    ("by_library", "by_row", "error", "message"),
    [
        ([], ["old"], CannotRun, "got --environment old; expected NAME=PATH"),
        ([], ["=a/python"], CannotRun, "got --environment =a/python; expected NAME=PATH"),
        ([], ["a b=a/python"], CannotRun, "got --environment a b=a/python; expected NAME=PATH"),
        (["torch="], [], CannotRun, "got --python torch=; expected NAME=PATH"),
        (["pytorch=p"], [], UnknownName, "got library 'pytorch'; expected one of jax, numpy, "),
        ([], ["again=p"], CannotRun, "got --environment again, which names the control"),
        ([], ["torch=p"], CannotRun, "got --environment torch, which names a library"),
        ([], ["old=p", "old=q"], CannotRun, "got --environment old twice; expected each name once"),
        (["jax=p", "jax=q"], [], CannotRun, "got --python jax twice; expected each name once"),
        ([], ["old=/bin/true"], CannotRun, "which cannot run the suite: it printed ''"),
        ([], ["old=/no/python"], CannotRun, "got the Python /no/python, which cannot run the suite"),
        ([], ["old=/bin/false"], CannotRun, "cannot run the suite: no error message. Expected one with"),
    ],
)  # fmt: skip
def test_what_names_no_environment_is_refused(by_library, by_row, error, message):
    with pytest.raises(error) as found:
        choose_environments(by_library, by_row)
    assert message in str(found.value)


def test_what_a_python_prints_before_is_left_out(other):
    other.write_text(other.read_text().replace("OTHER=1", "echo hello\nOTHER=1"))
    found = choose_environments([], [f"talks={other}"])
    assert found.missing_imports("numpy_float32 (talks)") is None


def test_both_rows_are_measured_and_compared(other, tmp_path, monkeypatch):
    monkeypatch.setattr(_blocks, "QUICK_BLOCKS", 2)
    chosen = Selection(
        {"diabetes_sgd": ("numpy_float32",)}, quick=True, data=None, out=tmp_path / "out",
        timeout=60.0, command="pytest", load_limit=math.inf, seconds=math.inf,
        environments=choose_environments([], [f"other={other}"]),
    )  # fmt: skip
    with Session(chosen, silent) as run:
        run.record.ceilings = {"devices": {}}
        rows = run.rows("diabetes_sgd")
        variables = [variables_of(pid) for pid in run.context.pool.processes()]
        run.finish()
    assert [(row.implementation, row.status, row.library) for row in rows] == [
        ("numpy_float32", "ok", "numpy"), ("numpy_float32 (other)", "ok", "numpy"),
    ]  # fmt: skip
    assert any("OTHER=1" in each for each in variables)
    assert not all("OTHER=1" in each for each in variables)
    summary = (tmp_path / "out" / "summary.md").read_text()
    assert (
        "Speed in other relative to the run's own Python (above 1 is faster): numpy_float32 "
        in summary
    )
    stored = results.load(tmp_path / "out").environment["environments"]["other"]
    assert stored["versions"]["numpy"] == run.record.environment["versions"]["numpy"]


def variables_of(pid):
    return Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")


def test_each_program_is_compared_with_itself():
    names = (
        "jax_scan",
        "jax_scan (old)",
        "tf_xla",
        "tf_xla (old)",
        "jax_scan (again)",
        "numpy (old)",
    )
    times = (1.0, 2.0, 1.0, 1.0, 1.0, 1.0)
    rows = [
        training_row(name, blocks=((t,), (t,), (t,))) for name, t in zip(names, times, strict=True)
    ]
    assert environments(rows, NoiseFloor(0.05)) == (
        "Speed in old relative to the run's own Python (above 1 is faster): "
        "jax_scan 0.50 [0.50, 0.50] slower; tf_xla 1.00 [1.00, 1.00] cannot tell."
    )
    assert environments(rows[::2], NoiseFloor(0.05)) == ""


def test_the_command_line_refuses_what_names_no_environment(capsys):
    assert main(["run", "--task", "diabetes_sgd", "--python", "old"]) == 2
    assert "got --python old; expected NAME=PATH" in capsys.readouterr().err
