"""The lock files hold what pyproject.toml asks for, and the scripts take the newest Python that has one."""

import shutil
import subprocess
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from benchmarks.registry import ROOT

LOCKS = sorted(ROOT.glob("locks/python3.*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCKED = ("benchmarks", "test", "torch", "tensorflow", "specialists")
"""The extras that are in the lock files; accelerators bring builds of their own."""

BASH = shutil.which("bash")


def versions(lock):
    lines = (line for line in lock.read_text().splitlines() if not line.startswith("#"))
    return {canonicalize_name(name): version for name, version in (x.split("==") for x in lines)}


def test_every_python_that_is_named_as_supported_has_a_lock_file():
    named = {c.rpartition(" ")[2] for c in PROJECT["classifiers"] if "Python :: 3." in c}
    assert named == {lock.stem.removeprefix("python") for lock in LOCKS}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_file_holds_a_version_in_the_range_of_each_requirement(lock):
    extras = PROJECT["optional-dependencies"]
    asked = [*PROJECT["dependencies"], *(r for extra in LOCKED for r in extras[extra])]
    python = {"python_version": lock.stem.removeprefix("python")}
    locked = versions(lock)
    for requirement in map(Requirement, asked):
        if requirement.marker is None or requirement.marker.evaluate(python):
            version = locked[canonicalize_name(requirement.name)]
            assert requirement.specifier.contains(version), f"{requirement}: {version}"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_file_says_how_it_is_made_again(lock):
    assert f"scripts/lock.sh {lock.stem}" in lock.read_text().splitlines()[1]


@pytest.fixture
def in_a_checkout(tmp_path):
    """`in_a_checkout(text, **pythons)`: bash with these on PATH, and lock files for 3.9 and 3.12."""
    (tmp_path / "locks").mkdir()
    for name in ("python3.9", "python3.12"):
        (tmp_path / "locks" / f"{name}.txt").touch()
    (tmp_path / "scripts").symlink_to(ROOT / "scripts")
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in ("sort", "basename", "cat"):
        (folder / tool).symlink_to(shutil.which(tool))

    def run(text, **pythons):
        for name, body in pythons.items():
            path = folder / name
            path.write_text(f"#!{BASH}\n{body}\n")
            path.chmod(0o755)
        return subprocess.run(
            [BASH, "-euo", "pipefail", "-c", f". scripts/environment.sh; {text}"],
            cwd=tmp_path, env={"PATH": str(folder)}, capture_output=True, text=True,
        )  # fmt: skip

    return run


WORKS, LEADS_TO_NONE = "exit 0", "echo 'no such command' >&2; exit 127"


@pytest.mark.parametrize(
    ("pythons", "taken"),
    [
        ({"python3.9": WORKS, "python3.12": WORKS, "python3.14": WORKS}, "python3.12"),
        ({"python3.9": WORKS, "python3.12": LEADS_TO_NONE}, "python3.9"),
        ({"python3.14": WORKS}, "python3"),
        ({}, "python3"),
    ],
    ids=["newest", "a name that leads to none", "no lock file", "none"],
)
def test_the_newest_python_that_has_a_lock_file_is_taken(pythons, taken, in_a_checkout):
    done = in_a_checkout("newest_python", **pythons)
    assert (done.stdout.strip(), done.stderr, done.returncode) == (taken, "", 0)


def test_a_python_without_a_lock_file_is_refused_with_the_remedy(in_a_checkout):
    python = '[ "$1" = --version ] && echo Python 3.14.1 || echo 3.14'
    done = in_a_checkout("lock_file python3", python3=python)
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        "got Python 3.14.1, which has no lock file; expected a Python that has one" in done.stderr
    )
    assert "make one with scripts/lock.sh python3" in done.stderr


def test_locking_without_a_python_says_what_is_needed():
    done = subprocess.run(
        [BASH, str(ROOT / "scripts" / "lock.sh")], capture_output=True, text=True, check=True
    )
    assert "usage: scripts/lock.sh PYTHON [REQUIREMENT...]" in done.stdout


@pytest.fixture
def without_pythons(tmp_path):
    """`without_pythons(script)`: a script of the repository, on a machine without any Python."""
    for tool in ("sort", "basename", "cat", "dirname", "head"):
        (tmp_path / tool).symlink_to(shutil.which(tool))

    def run(script):
        return subprocess.run(
            [BASH, str(ROOT / "scripts" / script)],
            env={"PATH": str(tmp_path)}, capture_output=True, text=True,
        )  # fmt: skip

    return run


def test_versions_of_a_single_python_are_not_compared(without_pythons):
    done = without_pythons("versions.sh")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no environment of python3.13 on this machine; its versions are left out" in done.stderr
    assert "expected two Pythons that have lock files, to be compared" in done.stderr


def test_without_the_oldest_python_the_library_is_not_tested_with_it(without_pythons):
    done = without_pythons("test_oldest.sh")
    assert (done.returncode, done.stdout) == (0, "")
    assert "no python3.11 on this machine; the library is not tested with it" in done.stderr
