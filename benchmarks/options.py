"""The options of a run, declared once: for the command line, and with a prefix for pytest."""

import os
import platform
from argparse import ArgumentTypeError
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.exit_status import CannotRun
from benchmarks.registry import ROOT
from benchmarks.storage.results_folder import unused

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


LONGEST = 1e6
"""Most seconds that a request may take; the system cannot wait for any number of them."""


def seconds(text: str) -> float:
    """A number of seconds from the command line."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not 0 < value <= LONGEST:
        raise ArgumentTypeError(
            f"got {text}; expected seconds above 0 and at most {LONGEST:,.0f}. Leave it out for 600."
        )
    return value


def share(text: str) -> float:
    """A share of a core from the command line."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not value >= 0:
        raise ArgumentTypeError(
            f"got {text}; expected a share of a core, 0 or more, such as 0.1. Leave it out for 0.1."
        )
    return value


def minutes(text: str) -> float:
    """A number of minutes from the command line."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not value > 0:
        raise ArgumentTypeError(
            f"got {text}; expected minutes above 0, or inf. Leave it out for {BUDGET_MINUTES:.0f}, or "
            f"{QUICK_BUDGET_MINUTES:.0f} with --quick."
        )
    return value


BUDGET_MINUTES, QUICK_BUDGET_MINUTES = 75.0, 6.0

QUICK = Option(
    "quick", "short runs on embedded data, of what starts fast", {"action": "store_true"}
)
TASK = Option("task", "only this task; repeatable", {"action": "append", "default": []})
IMPLEMENTATION = Option(
    "implementation", "only this implementation; repeatable", {"action": "append", "default": []}
)
DATA_DIR = Option("data-dir", "folder with the data sets; default: LOGREG_JAX_DATA")
OUT = Option("out", "folder of the results; default: results/<time>-<host>")
TIMEOUT = Option(
    "timeout", "seconds that one training or solve may take", {"type": seconds, "default": 600.0}
)

LOAD_LIMIT = Option(
    "load-limit",
    "share of a core that other programs may use while a round is timed; default 0.1",
    {"type": share, "default": 0.1},
)

BUDGET = Option(
    "budget",
    f"minutes for the tasks; default {BUDGET_MINUTES:.0f}, with --quick {QUICK_BUDGET_MINUTES:.0f}",
    {"type": minutes, "default": None},
)

PYTHON = Option(
    "python",
    "LIBRARY=PATH: Python for the implementations in that folder of frameworks/; repeatable",
    {"action": "append", "default": [], "metavar": "LIBRARY=PATH"},
)

ENVIRONMENT = Option(
    "environment",
    "NAME=PATH: another Python that runs everything, too, in rows named after it; repeatable",
    {"action": "append", "default": [], "metavar": "NAME=PATH"},
)

RESUME = Option("resume", "results folder of a run that ended early; does what is missing there")

RUN = (
    QUICK, TASK, IMPLEMENTATION, DATA_DIR, OUT, TIMEOUT, LOAD_LIMIT, BUDGET, PYTHON, ENVIRONMENT,
)  # fmt: skip


def budget_seconds(given: float | None, quick: bool) -> float:
    """Seconds that a run may take: as given in minutes, else the default."""
    return 60.0 * (given or (QUICK_BUDGET_MINUTES if quick else BUDGET_MINUTES))


def data_folder(given: str | None) -> Path | None:
    """The user's data folder: the one given, else that of LOGREG_JAX_DATA, else None."""
    data = given or os.environ.get("LOGREG_JAX_DATA")
    return Path(data).expanduser().resolve() if data else None


def existing_data_folder(given: str | None) -> Path | None:
    """The user's data folder, as `data_folder` finds it.

    Raises:
        CannotRun: if it is not there: nothing would be found in it.
    """
    folder = data_folder(given)
    if folder is not None and not os.path.isdir(folder):
        origin = f"--{DATA_DIR.name}" if given else "LOGREG_JAX_DATA"
        raise CannotRun(
            f"got {origin} {folder}, which is no folder; expected the one with the data sets. Name that "
            "one, or none to use what is embedded."
        )
    return folder


def out_folder(given: str | None) -> Path:
    """The folder of the results: the one given, else a new one named after the time and the machine."""
    if given:
        return Path(given).expanduser().resolve()
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    return unused(ROOT / "results" / f"{stamp}-{platform.node()}")
