"""A whole run: which tasks and implementations, in which order, and where the results go."""

import os
import platform
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import convergence, curves, discover, environment, record
from benchmarks.measure import NOT_REACHED, Pool, prove, time
from benchmarks.problem import build, from_zero, save
from benchmarks.process import ROOT, WorkerError
from benchmarks.rounds import Budget
from benchmarks.solve_spec import SolveTask
from benchmarks.spec import Dataset, Task

FULL = Budget(seconds=3.0, least=5, most=50)
QUICK = Budget(seconds=0.3, least=5, most=10)


@dataclass(frozen=True)
class Selection:
    """What the user asked for.

    Attributes:
        tasks, frameworks: names, in the order they are run; checked.
        quick: short runs of the tasks that have one.
        data: the user's data folder or None.
        out: folder of the results.
        timeout: seconds that one request to a worker may take.
        command: what the user typed, for the report.
    """

    tasks: tuple[str, ...]
    frameworks: tuple[str, ...]
    quick: bool
    data: Path | None
    out: Path
    timeout: float
    command: str


class DataMissing(Exception):
    """A data set is nowhere; the message says how to get it."""


def data_folder(given: str | None) -> Path | None:
    """The user's data folder: the one given, else that of LOGREG_JAX_DATA, else None."""
    data = given or os.environ.get("LOGREG_JAX_DATA")
    return Path(data).expanduser().resolve() if data else None


def default_out() -> Path:
    """A new folder in `results/`, named after the time and the machine."""
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    return ROOT / "results" / f"{stamp}-{platform.node()}"


def choose_tasks(names: list[str], quick: bool) -> tuple[str, ...]:
    """Task names to run: those asked for, else all that suit this machine.

    Most lessons are left out, since they are traced instead. Under `quick` only tasks that have a
    quick form; without a GPU none that needs one.

    Raises:
        LookupError: for a name that no workload has, or that has no quick form under `quick`.
    """
    tasks = {name: t for name, t in discover.tasks().items() if t.quick or not quick}
    for name in names:
        discover.require("quick task" if quick else "task", name, list(tasks))
    if names:
        return tuple(names)
    unsuited = {name for name, lesson in discover.lessons().items() if not lesson.timed}
    if not environment.gpus():
        unsuited |= {name for name, task in tasks.items() if task.accelerator}
    return tuple(name for name in tasks if name not in unsuited)


def choose_pairs(tasks: list[str], frameworks: list[str], quick: bool) -> list[tuple[str, str]]:
    """(task, framework) pairs to run, from names as the user gave them.

    Raises:
        LookupError: for an unknown name, or if none of the frameworks is for any of the tasks.
    """
    names, known = choose_frameworks(frameworks), discover.tasks()
    chosen = choose_tasks(tasks, quick)
    pairs = [(task, name) for task in chosen for name in frameworks_for(known[task], names)]
    if not pairs:
        kinds = {known[task].kind for task in chosen}
        fitting = [name for name in discover.names("frameworks") if discover.kind(name) in kinds]
        raise LookupError(
            f"got only frameworks that are not for {' or '.join(sorted(kinds))} tasks: "
            f"{', '.join(names)}; expected some of {', '.join(fitting)}"
        )
    return pairs


def frameworks_for(task: Task | SolveTask, names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the names whose files are for tasks of this kind."""
    return tuple(name for name in names if discover.kind(name) == task.kind)


def choose_frameworks(names: list[str]) -> tuple[str, ...]:
    """Framework names to run: those asked for, else all.

    Raises:
        LookupError: for a name that no file has.
    """
    known = discover.names("frameworks")
    for name in names:
        discover.require("framework", name, known)
    return tuple(names or known)


class Suite:
    """Measures a task with all its implementations when its first row is asked for.

    Args:
        selection: what to run.
        tell: takes progress, as `print` does.
    """

    def __init__(self, selection: Selection, tell: Callable[..., None]):
        self.selection, self.tell = selection, tell
        self._scratch = tempfile.TemporaryDirectory(prefix="logreg_jax.")
        self._pool = Pool(Path(self._scratch.name), selection.timeout)
        self._dataset: tuple[object, Dataset] | None = None
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self.record = record.Record(environment.fingerprint(), selection.command, now)

    def row(self, task: str, framework: str) -> record.Row:
        """The measured row of one implementation."""
        if not any(row.task == task for row in self.record.rows):
            self._measure(task)
        return next(
            row for row in self.record.rows if (row.task, row.framework) == (task, framework)
        )

    def close(self) -> None:
        """End all workers and remove their files."""
        self._pool.close()
        self._scratch.cleanup()

    def _measure(self, name: str) -> None:
        task = discover.tasks()[name]
        if self.selection.quick:
            task = task.quick_form()
        number = self.selection.tasks.index(name) + 1
        self.tell(f"[{number}/{len(self.selection.tasks)}] {name}: {task.why}")
        rows = []
        for framework in frameworks_for(task, self.selection.frameworks):
            reason = discover.missing_imports("frameworks", framework) or NOT_REACHED
            rows.append(record.Row(name, framework, status="skipped", reason=reason))
        self.record.rows += rows
        possible = [row for row in rows if row.reason == NOT_REACHED]
        try:
            measure_rows = self._solve_rows if task.kind == "solve" else self._train_rows
            measure_rows(task, self._load(task), possible)
        except DataMissing as error:
            for row in possible:
                row.reason = str(error)
        except WorkerError as error:
            who = "judge" if task.kind == "solve" else "reference"
            for row in possible:
                row.status, row.reason = "failed", f"the {who} failed: {error}"
        finally:
            # whatever ended it, even Ctrl-C: what was measured is on disk, and what was only proved is not
            for row in possible:
                if row.status == "ok" and not row.seconds:
                    row.status, row.reason = "skipped", NOT_REACHED
            self.record.save_partial(self.selection.out)

    def _train_rows(self, task: Task, dataset: Dataset, rows: list[record.Row]) -> None:
        problem = build(task, dataset)
        folder = Path(self._scratch.name) / task.name
        save(problem, folder)
        budget = QUICK if self.selection.quick else FULL
        entries, losses = prove(task, dataset, problem, folder, rows, self._pool, self.tell)
        self.record.tasks[task.name] = record.describe_training(task, dataset, problem, losses)
        time(entries, budget, self.tell)

    def _solve_rows(self, task: SolveTask, dataset: Dataset, rows: list[record.Row]) -> None:
        problem = from_zero(task, dataset)
        folder = Path(self._scratch.name) / task.name
        save(problem, folder)
        self.record.tasks[task.name] = record.describe(task, dataset, problem)
        effort = curves.QUICK if self.selection.quick else curves.FULL
        convergence.measure(task, problem, folder, rows, self._pool, effort, self.tell)

    def _load(self, task: Task | SolveTask) -> Dataset:
        # neighbouring tasks often share a data set; one is kept
        key = (task.dataset, tuple(task.options.items()))
        if self._dataset is None or self._dataset[0] != key:
            module = discover.load("datasets", task.dataset)
            try:
                self._dataset = (key, module.load(self.selection.data, **task.options))
            except FileNotFoundError as error:
                raise DataMissing(str(error)) from None
        return self._dataset[1]
