"""What the environment of another Python has.

`PYTHON -m benchmarks.interpreter IMPLEMENTATION...` prints it as JSON; importing this file imports what
a worker needs.
"""

import json
import platform
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks import registry
from benchmarks.exit_status import CannotRun
from benchmarks.machine.versions import versions
from benchmarks.workers import host as host

PATIENCE = 120.0
"""Seconds that a Python may take to say what it has."""


@cache  # a run that is resumed asks twice
def inspect_python(python: Path) -> dict[str, Any]:
    """Version of a Python, those of its libraries, and by implementation what it lacks.

    Args:
        python: path to the interpreter.

    Raises:
        CannotRun: if it cannot say so; the message has the last line that it wrote.
    """
    command = [str(python), "-m", __name__, *registry.names("frameworks")]
    try:
        done = subprocess.run(
            command, cwd=registry.ROOT, capture_output=True, text=True, timeout=PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _cannot_run(python, str(error)) from None
    if done.returncode:
        raise _cannot_run(python, (done.stderr.strip().splitlines() or ["no error message"])[-1])
    try:
        # a Python that is a script of its own may have printed before
        found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    except (ValueError, IndexError):
        raise _cannot_run(python, f"it printed {done.stdout[:40]!r}") from None
    return found


def _cannot_run(python: Path, why: str) -> CannotRun:
    return CannotRun(
        f"got the Python {python}, which cannot run the suite: {why}. Expected one with "
        f"`logreg_jax[benchmarks]`; `{python} -m pip install -e '.[benchmarks]'` installs it."
    )


def main(implementations: list[str]) -> None:
    """Print what this Python has."""
    absent = {name: registry.absent("frameworks", name) for name in implementations}
    facts = {"python": platform.python_version(), "versions": versions(), "absent": absent}
    print(json.dumps(facts))


if __name__ == "__main__":
    main(sys.argv[1:])
