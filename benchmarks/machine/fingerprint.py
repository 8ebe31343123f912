"""The fingerprint of a machine: hardware, versions and environment variables, stored with every result."""

import os
import platform
import subprocess
from pathlib import Path
from typing import Any, TypedDict

import psutil
import pynvml

from benchmarks.machine.cores import cores
from benchmarks.machine.versions import versions

VARIABLES = (
    "XLA_FLAGS",
    "JAX_PLATFORMS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "CUDA_VISIBLE_DEVICES",
)


class OtherEnvironment(TypedDict):
    """What is shown of the Python of rows that do not run in the run's own."""

    python: str
    versions: dict[str, str]


class Environment(TypedDict):
    """What is shown of a machine, from `fingerprint`; `environments` is absent if there are none."""

    host: str
    cpu: str
    cores: int
    memory_gib: float
    gpus: list[str]
    system: str
    python: str
    load: float
    versions: dict[str, str]
    variables: dict[str, str]
    commit: str
    environments: dict[str, OtherEnvironment]


def fingerprint() -> dict[str, Any]:
    """Facts about this machine and the installed libraries, as plain data, ready for JSON."""
    return {
        "host": platform.node(),
        "cpu": _cpu(),
        "cores": cores(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "gpus": gpus(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2),
        "versions": versions(),
        "variables": {name: os.environ[name] for name in VARIABLES if name in os.environ},
        "commit": _commit(),
    }


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(errors="replace").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def gpus() -> list[str]:
    """Name and driver of each NVIDIA GPU."""
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return []  # no driver, so no NVIDIA GPU
    handles = map(pynvml.nvmlDeviceGetHandleByIndex, range(pynvml.nvmlDeviceGetCount()))
    return [
        f"{pynvml.nvmlDeviceGetName(h)}, driver {pynvml.nvmlSystemGetDriverVersion()}"
        for h in handles
    ]


def _commit() -> str:
    root = Path(__file__).parent
    command = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
