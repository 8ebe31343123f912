"""The ceilings of this machine: arithmetic, memory, launches; measured once at the start of a run.

Each installed library is measured in a process of its own, and the best value per device counts: a value
that an implementation exceeds is no ceiling.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypedDict

from benchmarks import registry
from benchmarks.contract import Positive
from benchmarks.registry import ROOT
from benchmarks.storage.scratch import Scratch

LIBRARIES = {"numpy": "NumPy", "jax": "XLA", "torch": "PyTorch"}
"""The libraries that are measured, with the names to show. TensorFlow's matrix products are those of XLA or
of the library that PyTorch uses."""

SECONDS, QUICK_SECONDS = 0.25, 0.04  # for each call of each library
TIMEOUT = 60.0
LEAST_MIB = 256
"""Least size of the array that is read."""


class Ceilings(TypedDict):
    """The ceilings of a machine; `measure_ceilings` describes them."""

    devices: dict[str, dict[str, tuple[Positive, str]]]
    missing: dict[str, str]


class CeilingFailed(Exception):
    """A library's ceilings could not be measured; the message says why."""


Variables = Callable[[str, Path], dict[str, str]]
"""Returns the environment of a process, from its name and a folder for its caches."""


def measure_ceilings(quick: bool, variables: Variables) -> dict[str, Any]:
    """Measure all libraries.

    Args:
        quick: whether to measure with the short limits of `--quick`.
        variables: the environment of workers, so that the ceilings are those of a worker.

    Returns:
        "devices": by name of the device, as in the rows, its ceilings: "float32" and "tf32" in FLOP/s,
        "memory" in bytes/s, "launch" in seconds, "cache" in bytes; each is a list of the value and the
        library it comes from. "missing": by library, the reason why it was not measured.
    """
    devices: dict[str, dict[str, list[Any]]] = {"cpu": {}}
    missing = {}
    if cache := cpu_cache():
        devices["cpu"]["cache"] = [cache, "Linux"]
    mib = max(LEAST_MIB, 4 * (cache or 0) // 2**20)  # more than the caches hold
    for library, name in LIBRARIES.items():
        try:
            found = _ask(library, QUICK_SECONDS if quick else SECONDS, mib, variables)
        except CeilingFailed as error:  # never ends the run
            missing[name] = str(error)
            continue
        _keep_best(devices.setdefault(found.pop("device"), {}), found, name)
    return {"devices": {name: found for name, found in devices.items() if found},
            "missing": missing}  # fmt: skip


def _keep_best(best: dict[str, list[Any]], found: dict[str, float], name: str) -> None:
    for ceiling, value in found.items():
        known = best.get(ceiling)
        better = min if ceiling == "launch" else max
        if known is None or better(value, known[0]) != known[0]:
            best[ceiling] = [value, name]


def _ask(library: str, seconds: float, mib: int, variables: Variables) -> dict[str, Any]:
    """The ceilings of one library.

    Raises:
        CeilingFailed: if they could not be measured.
    """
    name = f"ceiling_{library}"
    if needed := registry.absent("machine", name):
        raise CeilingFailed(f"needs {', '.join(needed)}")
    command = [sys.executable, "-m", "benchmarks.machine.ceiling", library, str(seconds), str(mib)]
    with Scratch() as scratch:
        try:
            done = subprocess.run(command, cwd=ROOT, env=variables(name, scratch.path), capture_output=True,
                                  stdin=subprocess.DEVNULL, text=True, errors="replace",
                                  timeout=TIMEOUT)  # fmt: skip
        except subprocess.TimeoutExpired:
            raise CeilingFailed(f"no answer in {TIMEOUT:.0f} s") from None
        except OSError as error:
            raise CeilingFailed(f"its process cannot be started: {error.strerror}") from None
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise CeilingFailed(said[-1] if said else f"exited with code {done.returncode}")
    return _answer(done.stdout)


def _answer(output: str) -> dict[str, Any]:
    """What the process of a library has found; other programs may have printed lines before."""
    last = output.strip().rpartition("\n")[2]
    try:
        found = json.loads(last)
    except ValueError:
        found = None
    if not isinstance(found, dict) or "device" not in found:
        raise CeilingFailed(f"got {last[:80]!r} from its process; expected its ceilings as JSON")
    return found


def cpu_cache() -> int | None:
    """Bytes of the last-level caches of the processors this process may run on; None if not Linux."""
    levels: dict[int, dict[str, int]] = {}
    for cpu in os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else ():
        for path in Path(f"/sys/devices/system/cpu/cpu{cpu}/cache").glob("index*"):
            try:
                level, size, sharers = (
                    (path / name).read_text().strip()
                    for name in ("level", "size", "shared_cpu_list")
                )
                # a cache that several processors share counts once
                levels.setdefault(int(level), {})[sharers] = int(size.removesuffix("K")) * 1024
            except (OSError, ValueError):
                continue  # not every machine has these files
    return sum(levels[max(levels)].values()) if levels else None


def best_of(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """The first of two measurements, with what the second found to be faster."""
    devices = {name: dict(found) for name, found in one["devices"].items()}
    for device, ceilings in other["devices"].items():
        for ceiling, (value, library) in ceilings.items():
            _keep_best(devices.setdefault(device, {}), {ceiling: value}, library)
    return {**one, "devices": devices}
