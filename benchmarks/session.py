"""A run: for each task build, prove, time and conclude; what was measured is on disk after each of them."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import registry, results
from benchmarks.contract import Case, Dataset, Record, Row, Status, Task
from benchmarks.kinds import NOT_MEASURED, Context, Kind, NoProof, get_kind
from benchmarks.machine import ceilings
from benchmarks.machine.fingerprint import fingerprint
from benchmarks.report import files
from benchmarks.selection import Selection
from benchmarks.timing.rounds import Log
from benchmarks.workers.array_files import save_arrays
from benchmarks.workers.pool import Pool
from benchmarks.workers.variables import worker_variables


class DataMissing(Exception):
    """A data set cannot be had; the message says why, and how to get it."""


class Session:
    """Measures a task with all its implementations when its rows are asked for.

    Args:
        selection: what to run.
        log: takes progress, as `print` does.
    """

    def __init__(self, selection: Selection, log: Log):
        self.selection = selection
        self._scratch = tempfile.TemporaryDirectory(prefix="logreg_jax.")
        pool = Pool(Path(self._scratch.name), selection.timeout)
        self.context = Context(pool, log, selection.quick)
        self._loaded: tuple[object, Dataset] | None = None
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self.record = Record(fingerprint(), selection.command, now)

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        """End all workers and remove their files."""
        self.context.pool.close()
        self._scratch.cleanup()

    def run(self) -> None:
        """Measure all tasks."""
        for task in self.selection.pairs:
            self.rows(task)

    def rows(self, task: str) -> list[Row]:
        """The measured rows of a task."""
        if not self.record.ceilings:
            self.context.log("measuring the ceilings of this machine")
            self.record.ceilings = ceilings.measure_ceilings(self.selection.quick, worker_variables)
        if not self.record.of_task(task):
            self._measure(task)
        return self.record.of_task(task)

    def finish(self) -> None:
        """Keep the whole run, and make the pages of it."""
        results.save(self.record, self.selection.out)
        self.write_pages()

    def write_pages(self) -> None:
        """Make the pages that people read, of what there is."""
        files.write(self.record, self.selection.out)
        if self.selection.out.parent == registry.ROOT / "results":
            results.point_latest(self.selection.out)

    def _measure(self, name: str) -> None:
        task = registry.tasks()[name]
        if self.selection.quick:
            task = task.quick_form() or task
        number = list(self.selection.pairs).index(name) + 1
        self.context.log(f"[{number}/{len(self.selection.pairs)}] {name}: {task.why}")
        kind = get_kind(task.kind)
        rows, possible = self._new_rows(task, kind)
        self.record.rows += rows
        case = None
        try:
            case = self._case(task, kind)
            self.record.tasks[name] = kind.describe(case)
            proved = kind.prove(case, possible, self.context)
            self.record.tasks[name] |= proved.facts
            kind.time(case, proved.entries, self.context)
        except DataMissing as missing:
            for row in possible:
                row.reason = str(missing)
        except NoProof as error:
            for row in possible:
                row.fail(str(error))
        finally:
            # also after Ctrl-C: rows keep what was measured, and rows that were only proved have no time
            if case is not None:
                kind.conclude(case, possible)
            results.save_partial(self.record, self.selection.out)

    def _new_rows(self, task: Task, kind: Kind[Any]) -> tuple[list[Row], list[Row]]:
        """A row per implementation, and those whose imports are there."""
        rows, possible = [], []
        for implementation in self.selection.pairs[task.name]:
            missing = registry.missing_imports("frameworks", implementation)
            row = kind.row_type(task.name, implementation, reason=missing or NOT_MEASURED)
            rows.append(row)
            possible += [row] if missing is None else []
        return rows, possible

    def _case(self, task: Task, kind: Kind[Any]) -> Case[Task]:
        dataset = self._dataset(task)
        arrays = kind.build(task, dataset)
        folder = Path(self._scratch.name) / task.name
        save_arrays(arrays, folder)
        return Case(task, dataset, arrays, folder)

    def _dataset(self, task: Task) -> Dataset:
        # neighbouring tasks often share a data set; one is kept
        key = (task.dataset, tuple(task.options.items()))
        if self._loaded is None or self._loaded[0] != key:
            missing = registry.missing_imports("datasets", task.dataset)
            if missing is not None:
                raise DataMissing(f"the data set {task.dataset} {missing}")
            module = registry.load("datasets", task.dataset)
            try:
                self._loaded = (key, module.load(self.selection.data, **task.options))
            except FileNotFoundError as error:
                raise DataMissing(str(error)) from None
        return self._loaded[1]


def failed(rows: list[Row]) -> bool:
    """Whether an implementation crashed, was killed, or did other work."""
    return any(row.status in (Status.FAILED, Status.PARITY_FAILED) for row in rows)
