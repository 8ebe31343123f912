"""The scripts find the accelerator of a machine, and pass on what a caller typed as it was meant."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.registry import ROOT

OTHERWISE = "tpu" if list(Path("/dev").glob("accel*")) else "cpu"


@pytest.mark.parametrize(
    ("nvidia_smi", "variables", "found"),
    [
        ("echo 'GPU 0: NVIDIA H200 (UUID: GPU-1)'", {}, "cuda"),
        ("echo 'GPU 0: NVIDIA H200 (UUID: GPU-1)'", {"TPU_NAME": "one"}, "cuda"),
        ("echo 'No devices were found'", {}, OTHERWISE),
        ("echo 'NVIDIA-SMI has failed: no driver' >&2; exit 9", {}, OTHERWISE),
        (None, {}, OTHERWISE),
        (None, {"TPU_NAME": "one"}, "tpu"),
    ],
    ids=["GPU", "GPU and TPU", "no GPU left", "no driver", "none", "TPU"],
)
def test_the_scripts_find_the_accelerator(nvidia_smi, variables, found, tmp_path):
    for name in ("grep", "ls"):
        (tmp_path / name).symlink_to(shutil.which(name))
    bash = shutil.which("bash")
    if nvidia_smi is not None:
        fake = tmp_path / "nvidia-smi"
        fake.write_text(f'#!{bash}\n[ "$*" = --list-gpus ] || exit 2\n{nvidia_smi}\n')
        fake.chmod(0o755)
    done = subprocess.run(
        [bash, "-euo", "pipefail", "-c", ". scripts/environment.sh; find_accelerator"],
        cwd=ROOT, env={"PATH": str(tmp_path), **variables}, capture_output=True, text=True,
    )  # fmt: skip
    assert (done.stdout.strip(), done.stderr, done.returncode) == (found, "", 0)


def fake_python(folder, name="python"):
    """A Python that says where it runs and what it got, and has the version that `version` says."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(
        "#!/usr/bin/env bash\n"
        'if [ "$1" = -c ]; then exit "${TOO_OLD:-0}"; fi\n'
        'if [ "$1" = --version ]; then echo "Python 3.9.1"; exit 0; fi\n'
        'echo "in $PWD"; printf "%s\\n" "path $PYTHONPATH" "$@"\n'
    )
    path.chmod(0o755)
    return path


def run_all(*arguments, cwd, **variables):
    """`scripts/run_all.sh --no-install` with a Python that only says what it got."""
    python = fake_python(cwd.parent / "bin")
    return subprocess.run(
        [shutil.which("bash"), str(ROOT / "scripts" / "run_all.sh"), *arguments],
        cwd=cwd, env={"PATH": os.environ["PATH"], "PYTHON": str(python), **variables},
        capture_output=True, text=True,
    )  # fmt: skip


@pytest.fixture
def caller(tmp_path):
    folder = tmp_path / "a caller's folder"
    folder.mkdir()
    return folder


def test_paths_are_those_of_the_callers_folder(caller):
    done = run_all("--no-install", "--out", "here", "--data-dir", "data", cwd=caller)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        f"in {caller}", f"path {ROOT}",
        "-P", "-m", "benchmarks", "run", "--out", "here", "--data-dir", "data",
    ]  # fmt: skip


def test_a_python_that_is_named_by_a_path_is_that_of_the_callers_folder(caller):
    fake_python(caller / "own")
    done = run_all("--no-install", cwd=caller, PYTHON="own/python")
    assert done.returncode == 0, done.stderr
    assert f"in {caller}" in done.stdout


def test_a_module_of_the_callers_folder_is_none_of_the_suite(caller):
    (caller / "benchmarks.py").write_text("raise SystemExit('the wrong one')")
    done = run_all("--no-install", "--task", "nope", cwd=caller, PYTHON=sys.executable)
    assert done.returncode == 2
    assert "got task 'nope'; expected one of" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--accelerator"], "got --accelerator without a value; expected auto, cpu, cuda or tpu"),
        (["--accelerator", "gpu"], "got --accelerator 'gpu'; expected auto, cpu, cuda or tpu"),
        (["--accelerator="], "got --accelerator ''; expected auto, cpu, cuda or tpu"),
    ],
)
def test_an_accelerator_that_is_none_is_refused(caller, arguments, message):
    done = run_all("--no-install", *arguments, cwd=caller)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr


@pytest.mark.parametrize("arguments", [["--accelerator", "cpu"], ["--accelerator=cpu"]])
def test_an_accelerator_is_no_option_of_the_run(caller, arguments):
    done = run_all("--no-install", *arguments, "--quick", cwd=caller)
    assert done.stdout.splitlines()[2:] == ["-P", "-m", "benchmarks", "run", "--quick"]


@pytest.mark.parametrize("arguments", [["--no-install"], []])
def test_a_python_that_is_too_old_is_refused(caller, arguments):
    done = run_all(*arguments, cwd=caller, TOO_OLD="1")
    assert (done.returncode, done.stdout) == (2, "")
    assert "got Python 3.9.1; expected Python 3.11 or newer. Set PYTHON to one" in done.stderr


def test_a_python_that_is_not_there_is_named(caller):
    done = run_all("--no-install", cwd=caller, PYTHON="no/such/python")
    assert done.returncode == 2
    assert "no/such/python" in done.stderr
