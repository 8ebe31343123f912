"""Kinds of tasks: what is built, proved, timed and shown for each. A file here is found by its name.

A kind is one class with the methods of `Kind`; its file ends with `KIND`, the instance that is used. Its
methods take a `Case`, everything that belongs to a task, and a `Context`, everything that belongs to a run.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol, TypeVar

from benchmarks import registry
from benchmarks.contract import Arrays, Case, Dataset, Log, Record, Row, Section, Status, Task
from benchmarks.machine.load import Watch
from benchmarks.machine.roofline import Roof
from benchmarks.timing.rounds import Entry
from benchmarks.timing.schedule import Schedule
from benchmarks.verdicts.headlines import reasons
from benchmarks.workers.host import Host
from benchmarks.workers.pool import Pool
from benchmarks.workers.worker import Worker

NOT_MEASURED = "the run ended before this was measured"

T = TypeVar("T", bound=Task, contravariant=True)


@dataclass(frozen=True)
class Context:
    """What belongs to a run.

    Attributes:
        pool: the workers.
        log: takes what there is to tell.
        quick: whether the short limits of `--quick` hold.
        watch: looks at the load while rounds are timed; by default it takes any.
        seed: of the order in which rows are timed.
        schedule: when the task has to end.
    """

    pool: Pool
    log: Log
    quick: bool
    watch: Watch = field(default_factory=Watch)
    seed: int = 0
    schedule: Schedule = field(default_factory=lambda: Schedule({}))

    def prepare(self, row: Row, case: Case[Any]) -> Worker:
        """A row's worker, ready for a task; library, device and costs go to the row.

        Raises:
            Unsupported: if the implementation cannot do the task; the message is the reason.
            WorkerError: if importing or preparing fails.
        """
        worker = self.pool.worker(row.implementation)
        row.library, row.costs["import"] = worker.loaded
        prepared = worker.ask(Host.prepare, case.task, case.folder)
        row.device, row.costs["transfer"] = prepared
        return worker

    def log_row(self, number: int, rows: int, row: Row, text: str) -> None:
        """Tell what a proof found; skipped rows are for `log_skips`."""
        if row.status is not Status.SKIPPED:
            self.log(f"  {number:2}/{rows} {row.implementation:23} {text}")

    def log_skips(self, rows: Sequence[Row]) -> None:
        """Tell which rows are skipped, in one line for each reason."""
        for reason, names in reasons(row for row in rows if row.status is Status.SKIPPED):
            self.log(f"  {', '.join(names)}: {reason}")


@dataclass(frozen=True)
class Proved:
    """What proving a task gave.

    Attributes:
        entries: what is ready to be timed.
        facts: what was learnt about the task, for its description.
    """

    entries: list[Entry]
    facts: dict[str, Any] = field(default_factory=dict)


class NoProof(Exception):
    """The reference or the judge failed, so that no row of the task can be timed."""


class Kind(Protocol[T]):
    """What is done with tasks of a kind."""

    @property
    def title(self) -> str:
        """Heading of its chapter of the report."""
        ...

    @property
    def about(self) -> str:
        """How its tasks are measured, in a few sentences."""
        ...

    @property
    def legend(self) -> Sequence[tuple[str, str]]:
        """What its columns mean: column and meaning."""
        ...

    @property
    def control(self) -> str:
        """The implementation that runs a second time, which shows how much equal rows differ."""
        ...

    @property
    def row_type(self) -> type[Row]:
        """What its rows are."""
        ...

    @property
    def facts(self) -> type:
        """A TypedDict with what `section` reads of `describe`. Stored results are checked against it."""
        ...

    def build(self, task: T, dataset: Dataset) -> Arrays:
        """The arrays that every implementation gets."""
        ...

    def describe(self, case: Case[T]) -> dict[str, Any]:
        """The task as the record keeps it, as plain data."""
        ...

    def prove(self, case: Case[T], rows: Sequence[Any], context: Context) -> Proved:
        """Prepare every implementation and find out whether it does the task.

        Rows are filled in as the proof goes on, so that an interruption loses nothing.

        Raises:
            NoProof: if there is nothing to hold the rows against.
        """
        ...

    def time(self, case: Case[T], entries: list[Entry], context: Context) -> None:
        """Time what was proved.

        Raises:
            MachineBusy: if the machine stays busy.
        """
        ...

    def conclude(self, case: Case[T], rows: Sequence[Any]) -> None:
        """Status and reason of each row from what was measured, also if that ended early."""
        ...

    def least(self, record: Record, row: Row) -> Roof | None:
        """The least time that a row's task can take on its device; None if that is not known."""
        ...

    def section(self, record: Record, task: str) -> Section:
        """What the report shows of a task."""
        ...


def get_kind(name: str) -> Kind[Any]:
    """The kind of this name: the `KIND` of `kinds/<name>.py`."""
    kind: Kind[Any] = registry.load("kinds", name).KIND
    return kind


def facts_of(case: Case[Any]) -> dict[str, Any]:
    """What records keep of tasks of all kinds."""
    task, arrays = case.task, case.arrays
    return {
        **asdict(task),
        "kind": task.kind,
        "source": case.dataset.source,
        "models": task.models,
        "examples": arrays.x.shape[-2],
        "features": arrays.x.shape[-1],
        "outputs": len(arrays.bias),
    }
