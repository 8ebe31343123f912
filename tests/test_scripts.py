"""The scripts find the accelerator that a machine has."""

import shutil
import subprocess
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
