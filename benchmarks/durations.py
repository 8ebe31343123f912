"""How long tasks took in earlier runs, by which a run tells how long it will take."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path

from benchmarks import registry, results
from benchmarks.contract import Record, program_and_variant
from benchmarks.registry import ROOT
from benchmarks.results import NoResults

UNKNOWN, QUICK_UNKNOWN = 240.0, 60.0
"""Seconds of a task that no earlier run had."""


@dataclass(frozen=True)
class Expected:
    """What a run is expected to take.

    Attributes:
        seconds: of each task, in the order in which they are run.
        source: the run that it is known from, in words; empty if there is none.
    """

    seconds: dict[str, float]
    source: str


def expected(pairs: Mapping[str, Sequence[str]], quick: bool, cpu: str) -> Expected:
    """What tasks with these implementations took in the last run of their kind, in the order to run them.

    Kinds of tasks take turns, each with its shortest task first, so that there is something to see early.

    Args:
        pairs: names of rows, by task.
        quick: whether the short forms are run.
        cpu: name of this machine's processor; a run on such a machine is preferred.
    """
    known = [run for run in _earlier_runs() if _was_quick(run) == quick and _tells_times(run)]
    known.sort(key=lambda record: record.environment["cpu"] != cpu)
    unknown = QUICK_UNKNOWN if quick else UNKNOWN
    if not known:
        return Expected(_in_turn(dict.fromkeys(pairs, unknown)), "")
    run = known[0]
    seconds = {task: _seconds(run, task, names) or unknown for task, names in pairs.items()}
    machine = f"{run.environment['cores']} cores of {run.environment['cpu']}"
    return Expected(_in_turn(seconds), f"as on {machine} in the run of {run.started[:10]}")


def _in_turn(seconds: dict[str, float]) -> dict[str, float]:
    kinds: dict[str, list[str]] = {}
    for task in sorted(seconds, key=lambda task: seconds[task]):
        kinds.setdefault(registry.tasks()[task].kind, []).append(task)
    turns = chain.from_iterable(zip_longest(*kinds.values()))
    return {task: seconds[task] for task in turns if task is not None}


def _seconds(run: Record, task: str, names: Sequence[str]) -> float | None:
    """What a task took with all its rows, in proportion to those that are run."""
    measured = sum(bool(row.seconds) for row in run.of_task(task))
    whole = run.tasks.get(task, {}).get("seconds")
    variants = {program_and_variant(name)[1] for name in names}
    return whole * min(len(variants), len(names) / measured) if whole and measured else None


def _earlier_runs() -> Iterator[Record]:
    """The user's last run, then those of the documentation."""
    for folder in (ROOT / "results" / "latest", *sorted((ROOT / "docs" / "results").glob("**/"))):
        with suppress(NoResults):
            yield results.load(Path(folder))


def _tells_times(record: Record) -> bool:
    return any("seconds" in facts for facts in record.tasks.values())


def _was_quick(record: Record) -> bool:
    return bool({"--quick", "--logreg-quick"} & set(shlex.split(record.command)))
