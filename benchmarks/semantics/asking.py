"""Asking every library that is installed, each in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import registry
from benchmarks.registry import ROOT
from benchmarks.storage.scratch import Scratch

FOLDER = "semantics/optimizers"
TIMEOUT = 300.0

Variables = Callable[[str, Path], dict[str, str]]
"""Returns the environment of a process, from its name and a folder for its caches."""


class NotAnswered(Exception):
    """A library could not be asked; the message says why."""


def ask_all(variables: Variables) -> dict[str, Any]:
    """Ask all libraries.

    Args:
        variables: the environment of workers.

    Returns:
        "libraries": for each that was asked its "library", "version" and "answers", as
        `semantics/process.py` prints them. "missing": by name of the file, the reason why it was not.
    """
    libraries, missing = [], {}
    for name in registry.names(FOLDER):
        try:
            libraries.append(ask(name, variables))
        except NotAnswered as reason:
            missing[name] = str(reason)
    return {"libraries": libraries, "missing": missing}


def ask(name: str, variables: Variables) -> dict[str, Any]:
    """What one library means.

    Raises:
        NotAnswered: if it is not installed, or its process fails.
    """
    if reason := registry.missing_imports(FOLDER, name):
        raise NotAnswered(reason)
    command = [sys.executable, "-m", "benchmarks.semantics.process", name]
    with Scratch() as scratch:
        try:
            done = subprocess.run(command, cwd=ROOT, env=variables(f"semantics.{name}", scratch.path),
                                  capture_output=True, stdin=subprocess.DEVNULL, text=True,
                                  errors="replace", timeout=TIMEOUT)  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NotAnswered(str(error)) from None
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise NotAnswered(said[-1] if said else f"exited with code {done.returncode}")
    found: dict[str, Any] = json.loads(done.stdout.strip().rpartition("\n")[2])
    return found
