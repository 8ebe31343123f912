"""Going on with a run that ended early: its options, what it measured, whether this is its machine."""

import argparse
import shlex
from argparse import Namespace
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks import options, results
from benchmarks.contract import Record
from benchmarks.environments import choose_environments
from benchmarks.exit_status import CannotRun
from benchmarks.machine.fingerprint import fingerprint

TYPED = ("python", "-m", "benchmarks", "run")
"""What the command of a run begins with that can be resumed."""

CHANGES = {"load"}
"""What a fingerprint has that is different on the same machine."""

MAY_CHANGE = (options.OUT, options.BUDGET)
"""Options of the second part of a run that need not be those of the first."""


@dataclass(frozen=True)
class Unfinished:
    """A run to go on with.

    Attributes:
        options: those it was started with.
        record: its finished tasks.
        damaged: what is wrong with files whose tasks are measured again; empty if nothing is.
    """

    options: Namespace
    record: Record
    damaged: str


def unfinished_run(folder: Path, typed: Namespace) -> Unfinished:
    """The run whose results are in a folder.

    Args:
        folder: the results folder.
        typed: the options that were typed now; what was left out has its default.

    Raises:
        NoResults: if the folder has none that can be read.
        CannotRun: if the run was not started by the command line, or on another machine, or with other
            options than those that were typed.
    """
    found = results.read(folder)
    before = _options_of(found.record.command, folder)
    others = choose_environments(before.python, before.environment)
    differences = [
        *_other_options(before, typed),
        *_other_folder(folder, typed.out),
        *_other_facts(found.record.environment, fingerprint() | others.facts()),
    ]
    if differences:
        raise CannotRun(
            f"got --resume {folder}, whose run was another one: {'; '.join(differences)}. Expected the "
            "same machine, versions and options; begin a new run with --out in another folder."
        )
    return Unfinished(before, finished_part(found.record), found.damaged)


def finished_part(record: Record) -> Record:
    """The tasks of a record that were measured to their end, with or without times."""
    tasks = {name: facts for name, facts in record.tasks.items() if facts.get("finished")}
    return replace(record, tasks=tasks, rows=[row for row in record.rows if row.task in tasks])


def _options_of(command: str, folder: Path) -> Namespace:
    words = shlex.split(command)
    if tuple(words[: len(TYPED)]) != TYPED:
        raise CannotRun(
            f"got --resume {folder}, whose run was started by `{command}`; expected one that was started "
            f"by `{' '.join(TYPED)}`. Begin a new run."
        )
    known, unknown = _parser().parse_known_args(words[len(TYPED) :])
    if unknown:
        raise CannotRun(
            f"got --resume {folder}, whose run was started with {' '.join(unknown)}, which this version "
            "does not know; expected a run of this version. Begin a new run."
        )
    return known


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    for option in (*options.RUN, options.RESUME):
        parser.add_argument(f"--{option.name}", **option.settings)
    return parser


def _other_options(before: Namespace, typed: Namespace) -> Iterator[str]:
    default = _parser().parse_args([])
    for option in options.RUN:
        name = option.name.replace("-", "_")
        now, then = getattr(typed, name), getattr(before, name)
        if now not in (then, getattr(default, name)) and option not in MAY_CHANGE:
            yield f"--{option.name} was {_text(then)} and is {_text(now)}"


def _other_folder(folder: Path, out: str | None) -> Iterator[str]:
    if out is not None and Path(out).expanduser().resolve() != folder.expanduser().resolve():
        yield f"--out is the other folder {out}"


def _other_facts(
    before: Mapping[str, Any], now: Mapping[str, Any], where: str = ""
) -> Iterator[str]:
    for name in dict.fromkeys([*before, *now]):
        then, today = before.get(name), now.get(name)
        if isinstance(then, dict) and isinstance(today, dict):
            yield from _other_facts(then, today, f"{name} ")
        elif then != today and name not in CHANGES:
            yield f"{where}{name} was {_text(then)} and is {_text(today)}"


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return {None: "none", True: "on", False: "off"}.get(value, str(value))
