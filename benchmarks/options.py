"""The options of a run, declared once: for the command line, and with a prefix for pytest."""

import os
import platform
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.registry import ROOT

PREFIX = "logreg-"
"""Prefix of the options in pytest, which has those of other plugins (pytest-timeout has `--timeout`)."""


@dataclass(frozen=True)
class Option:
    """An option.

    Attributes:
        name: name without the leading dashes.
        help: description in one line.
        settings: further arguments of argparse's `add_argument` and pytest's `addoption`.
    """

    name: str
    help: str
    settings: dict[str, Any] = field(default_factory=dict)


QUICK = Option("quick", "short runs on embedded data", {"action": "store_true"})
TASK = Option("task", "only this task; repeatable", {"action": "append", "default": []})
IMPLEMENTATION = Option(
    "implementation", "only this implementation; repeatable", {"action": "append", "default": []}
)
DATA_DIR = Option("data-dir", "folder with the data sets; default: LOGREG_JAX_DATA")
OUT = Option("out", "folder of the results; default: results/<time>-<host>")
TIMEOUT = Option(
    "timeout", "seconds that one training or solve may take", {"type": float, "default": 600.0}
)

RUN = (QUICK, TASK, IMPLEMENTATION, DATA_DIR, OUT, TIMEOUT)


def data_folder(given: str | None) -> Path | None:
    """The user's data folder: the one given, else that of LOGREG_JAX_DATA, else None."""
    data = given or os.environ.get("LOGREG_JAX_DATA")
    return Path(data).expanduser().resolve() if data else None


def out_folder(given: str | None) -> Path:
    """The folder of the results: the one given, else a new one named after the time and the machine."""
    if given:
        return Path(given).expanduser().resolve()
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    return ROOT / "results" / f"{stamp}-{platform.node()}"
