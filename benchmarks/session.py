"""A run: for each task build, prove, time and conclude; what was measured is on disk after each of them."""

import secrets
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

from benchmarks import durations, registry, results
from benchmarks.cases import Cases
from benchmarks.contract import AGAIN, Log, Record, Row, Status, Task, name_of_row
from benchmarks.exit_status import NotStored
from benchmarks.kinds import NOT_MEASURED, Context, Kind, NoProof, get_kind
from benchmarks.loading import DataFailed, DataMissing
from benchmarks.machine import ceilings
from benchmarks.machine.fingerprint import fingerprint
from benchmarks.machine.load import Watch
from benchmarks.proof.plausible import is_above, require_possible
from benchmarks.report import files
from benchmarks.selection import Selection
from benchmarks.storage.interruptions import held_back
from benchmarks.storage.results_folder import ResultsFolder, point_latest
from benchmarks.storage.scratch import Scratch
from benchmarks.timing.disturbances import MachineBusy
from benchmarks.timing.schedule import Schedule
from benchmarks.workers.pool import Pool
from benchmarks.workers.variables import worker_variables

TOO_LATE = (
    "the time of the run was spent before this task; allow more with --budget, or --resume the run"
)


class Session:
    """Measures a task with all its implementations when its rows are asked for.

    Args:
        selection: what to run.
        log: takes what there is to tell.
        done: finished tasks of the run in the results folder that this one goes on with, or None.

    Raises:
        CannotRun: if the folder of the results or that for temporary files cannot be used.
    """

    def __init__(self, selection: Selection, log: Log, done: Record | None = None):
        self.selection = selection
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self.record = done or Record(fingerprint(), selection.command, now)
        self._scratch = Scratch()
        self._cases = Cases(self._scratch.path, selection.data)
        try:
            self.folder = ResultsFolder(selection.out)
        except BaseException:
            self._scratch.remove()
            raise
        if done is not None:
            self.folder.resume()
        pool = Pool(self._scratch.path, selection.timeout, selection.environments.python)
        self.record.environment |= selection.environments.facts()
        watch = Watch(pool.processes, selection.load_limit)
        seed, schedule = secrets.randbelow(2**32), self._schedule()
        self.context = Context(pool, log, selection.quick, watch, seed, schedule)

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        """End all workers, remove their files, and let other runs have the results folder."""
        with held_back():
            self.context.pool.close()
            self._scratch.remove()
            self.folder.release()

    def _schedule(self) -> Schedule:
        """The time of the tasks that are left, by what they took before."""
        chosen = self.selection
        rows = {task: chosen.environments.rows(names) for task, names in chosen.pairs.items()}
        left = {task: names for task, names in rows.items() if not self.record.of_task(task)}
        self.expected = durations.expected(left, chosen.quick, self.record.environment["cpu"])
        return Schedule(self.expected.seconds, chosen.seconds)

    def run(self) -> None:
        """Measure all tasks."""
        minutes = self.context.schedule.expected / 60
        known = f", {self.expected.source}" if self.expected.source else ""
        self.context.log(
            f"{len(self.expected.seconds)} tasks: about {minutes:.0f} minutes{known}; none begins "
            f"after {self.selection.seconds / 60:.0f} (--budget)"
        )
        for task in self.expected.seconds:
            self.rows(task)

    def rows(self, task: str) -> list[Row]:
        """The measured rows of a task."""
        if not self.record.ceilings:
            self.context.log.now("measuring the ceilings of this machine")
            self.record.ceilings = ceilings.measure_ceilings(self.selection.quick, worker_variables)
        if not self.record.of_task(task):
            self._measure(task)
        return self.record.of_task(task)

    def finish(self) -> None:
        """Store the whole run, its tasks in their order, and its pages.

        Raises:
            NotStored: if that is impossible; the message says where the results are instead.
        """
        order = {task: number for number, task in enumerate(self.selection.pairs)}
        self.record.rows.sort(key=lambda row: order.get(row.task, len(order)))
        self._store(results.save)

    def keep(self) -> None:
        """Store what was measured by a run that ends early, and its pages; nothing if nothing was.

        Raises:
            NotStored: as `finish`.
        """
        if measured(self.record.rows):
            self._store(results.save_partial)

    def _store(self, save: Callable[[Record, Path], None]) -> None:
        try:
            with self.folder.writing() as folder:
                save(self.record, folder)
                files.write(self.record, folder)
                if folder.parent == registry.ROOT / "results":
                    point_latest(folder)
        except NotStored as error:
            raise NotStored(f"{error}. {self._store_elsewhere()}") from None

    def _store_elsewhere(self) -> str:
        """Where the record is, in the folder for temporary files; a sentence."""
        try:
            folder = Path(tempfile.mkdtemp(prefix="logreg_jax-results-"))
            results.save(self.record, folder)
        except OSError as error:
            return f"They cannot be stored elsewhere either ({error.strerror}); the tables above are all."
        return f"Until then the results are in {folder}; `python -m benchmarks report` shows them."

    def _store_task(self) -> None:
        """Store the run so far. If that is impossible the run goes on: at its end there may be room."""
        if not measured(self.record.rows):
            return
        try:
            with self.folder.writing() as folder:
                results.save_partial(self.record, folder)
        except NotStored as error:
            self.context.log(f"the results so far are not stored: {error}. The run goes on.")

    def _measure(self, name: str) -> None:
        task = registry.tasks()[name]
        if self.selection.quick:
            task = task.quick_form() or task
        start, kind = monotonic(), get_kind(task.kind)
        rows, possible = self._new_rows(task, kind)
        self.record.rows += rows
        number = len({row.task for row in self.record.rows})
        self.context.log.stage(
            number, len(self.selection.pairs), f"{name}: {task.why}", self.context.schedule.expected
        )
        if not self.context.schedule.begin(name):
            for row in possible:
                row.reason = TOO_LATE
            return
        case = None
        try:
            case = self._cases.of(task, kind)
            self.record.tasks[name] = kind.describe(case)
            proved = kind.prove(case, possible, self.context)
            self.record.tasks[name] |= {**proved.facts, "order_seed": self.context.seed}
            kind.time(case, proved.entries, self.context)
            self._measure_ceilings_again(kind, possible)
            self.record.tasks[name]["finished"] = True
        except DataMissing as missing:
            for row in possible:
                row.reason = str(missing)
        except (DataFailed, NoProof) as error:
            for row in possible:
                row.fail(str(error))
        except MachineBusy as busy:
            self.context.log(f"  {busy}")
            for row in possible:
                if row.status is Status.OK:
                    row.withdraw(Status.BUSY, str(busy))
        finally:
            # also after Ctrl-C: rows keep what was measured, and rows that were only proved have no time
            with held_back():
                if case is not None:
                    kind.conclude(case, possible)
                    for row in possible:
                        require_possible(row, kind.least(self.record, row))
                    facts = self.record.tasks.get(name, {})
                    facts["load"] = self.context.watch.recorded()
                    facts["seconds"] = round(monotonic() - start, 1)
                self.context.schedule.finish(name)
                self._store_task()
        self.context.log(f"  {kind.section(self.record, name).headline}")

    def _measure_ceilings_again(self, kind: Kind[Any], rows: list[Row]) -> None:
        """If a row is above a ceiling, because the machine may have been busy when it was measured."""
        if any(is_above(row, kind.least(self.record, row)) for row in rows):
            self.context.log("  a row is above a ceiling of this machine: measuring them again")
            again = ceilings.measure_ceilings(self.selection.quick, worker_variables)
            self.record.ceilings = ceilings.best_of(self.record.ceilings, again)

    def _new_rows(self, task: Task, kind: Kind[Any]) -> tuple[list[Row], list[Row]]:
        """A row for each implementation and environment, one for the control, and those that can be run."""
        rows, possible = [], []
        environments = self.selection.environments
        for implementation in environments.rows(self.selection.pairs[task.name]):
            missing = environments.missing_imports(implementation)
            row = kind.row_type(task.name, implementation, reason=missing or NOT_MEASURED)
            row.repeats = registry.repeats(row.program)
            rows.append(row)
            possible += [row] if missing is None else []
        if len(possible) > 1 and kind.control in {row.implementation for row in possible}:
            # last, since it finds the compilation cache filled
            again = kind.row_type(task.name, name_of_row(kind.control, AGAIN), reason=NOT_MEASURED)
            return [*rows, again], [*possible, again]
        return rows, possible


def failed(rows: list[Row]) -> bool:
    """Whether an implementation crashed, was killed, did other work, or could not be timed in peace."""
    without_time = (Status.FAILED, Status.PARITY_FAILED, Status.BUSY)
    return any(row.status in without_time for row in rows)


def measured(rows: list[Row]) -> bool:
    """Whether anything was found out about an implementation."""
    return any(row.status is not Status.SKIPPED for row in rows)
