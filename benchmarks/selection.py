"""What a run measures: which tasks with which implementations, from names as the user gave them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import registry
from benchmarks.environments import Environments
from benchmarks.machine.fingerprint import gpus
from benchmarks.registry import UnknownName, require


@dataclass(frozen=True)
class Selection:
    """What the user asked for.

    Attributes:
        pairs: implementations to run, by task, in the order in which they are run; checked.
        quick: short runs of the tasks that have one.
        data: the user's data folder or None.
        out: folder of the results.
        timeout: seconds that one request to a worker may take.
        command: what the user typed, for the report.
        load_limit: share of a core that other programs may use while a round is timed.
        seconds: time of the run.
        environments: Pythons of rows that do not run in this one.
    """

    pairs: Mapping[str, tuple[str, ...]]
    quick: bool
    data: Path | None
    out: Path
    timeout: float
    command: str
    load_limit: float
    seconds: float
    environments: Environments = field(default_factory=Environments)


def choose_pairs(
    tasks: Sequence[str], implementations: Sequence[str], quick: bool
) -> dict[str, tuple[str, ...]]:
    """Implementations to run, by task, in the order in which they are run.

    Raises:
        UnknownName: for a name that nothing has, or if none of the implementations is for any of the
            tasks.
    """
    names, known = choose_implementations(implementations, quick), registry.tasks()
    kinds = {task: known[task].kind for task in choose_tasks(tasks, quick)}
    pairs = {task: _those_for(kind, names) for task, kind in kinds.items()}
    pairs = {task: those for task, those in pairs.items() if those}
    if not pairs:
        fitting = sorted(
            {name for kind in kinds.values() for name in registry.implementations(kind)}
        )
        raise UnknownName(
            f"got only implementations that are not for {' or '.join(sorted(set(kinds.values())))} tasks: "
            f"{', '.join(names)}; expected some of {', '.join(fitting)}"
        )
    return pairs


def _those_for(kind: str, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name in registry.implementations(kind))


def choose_tasks(names: Sequence[str], quick: bool) -> tuple[str, ...]:
    """Task names to run: those asked for, else all that suit this machine.

    Most lessons are left out, since they are traced instead, and tasks that are held out. Under `quick`
    only tasks that have a quick form; without a GPU none that needs an accelerator.

    Raises:
        UnknownName: for a name that no workload has, or that has no quick form under `quick`.
    """
    tasks = {n: t for n, t in registry.tasks().items() if not quick or t.quick_form() is not None}
    for name in names:
        require("quick task" if quick else "task", name, list(tasks))
    if names:
        return tuple(dict.fromkeys(names))
    left_out = {name for name, lesson in registry.lessons().items() if not lesson.timed}
    left_out |= {name for name, task in tasks.items() if task.held_out}
    if not gpus():
        left_out |= {name for name, task in tasks.items() if task.accelerator}
    return tuple(name for name in tasks if name not in left_out)


def choose_implementations(names: Sequence[str], quick: bool = False) -> tuple[str, ...]:
    """Names of implementations to run: those asked for, else all; under `quick` none that starts slowly.

    Raises:
        UnknownName: for a name that no file has.
    """
    known = registry.names("frameworks")
    for name in names:
        require("implementation", name, known)
    chosen = names or [name for name in known if not (quick and registry.slow_start(name))]
    return tuple(dict.fromkeys(chosen))
