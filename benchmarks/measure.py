"""One task, all its implementations: prepare each, prove that it does the work, then time all."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import parity
from benchmarks.process import Worker, WorkerError
from benchmarks.record import Row
from benchmarks.rounds import Budget, interleave
from benchmarks.solve_spec import SolveTask
from benchmarks.spec import Dataset, Outcome, Problem, Task
from benchmarks.worker import Session

REFERENCE = {"training": "numpy_float64", "sweep": "numpy_stacked"}
"""By kind of task, whom everybody else is compared with."""

NOT_REACHED = "the run ended before this was measured"

Tell = Callable[..., None]
Entry = tuple[Row, Worker]


@dataclass(frozen=True)
class Trained:
    """What an implementation gave: after all steps, after the first few, and on demand."""

    outcome: Outcome
    early: Outcome
    rehearse: Callable[[int], Outcome]


class Pool:
    """The workers, one per implementation, started when first needed and again after a death."""

    def __init__(self, folder: Path, timeout: float):
        self.folder, self.timeout = folder, timeout
        self._workers: dict[str, tuple[Worker, dict]] = {}

    def worker(self, framework: str) -> tuple[Worker, dict]:
        """The worker of an implementation, and what its `load` said.

        Raises:
            WorkerError: if the implementation cannot be imported.
        """
        if framework not in self._workers or self._workers[framework][0].process.poll() is not None:
            worker = Worker(framework, self.folder, self.timeout)
            try:
                self._workers[framework] = (worker, worker.ask(Session.load))
            except WorkerError:
                worker.close()
                raise
        return self._workers[framework]

    def close(self) -> None:
        for worker, _ in self._workers.values():
            worker.close()


def prepare(row: Row, pool: Pool, task: Task | SolveTask, folder: Path) -> Worker:
    """A row's worker, ready for a task; library, device, seconds of import and transfer go to the row.

    Raises:
        NotImplementedError: if the implementation cannot do the task, with its reason.
        WorkerError: if importing or preparing fails.
    """
    worker, loaded = pool.worker(row.framework)
    row.library, row.ledger["import"] = loaded["library"], loaded["seconds"]
    reason = worker.ask(Session.unsupported, task)
    if reason is not None:
        raise NotImplementedError(reason)
    prepared = worker.ask(Session.prepare, task, folder)
    if "unsupported" in prepared:
        raise NotImplementedError(prepared["unsupported"])
    row.device, row.ledger["transfer"] = prepared["device"], prepared["seconds"]
    return worker


def prove(
    task: Task,
    dataset: Dataset,
    problem: Problem,
    folder: Path,
    rows: list[Row],
    pool: Pool,
    tell: Tell,
) -> tuple[list[Entry], np.ndarray]:
    """Prepare every implementation and compare it with the reference.

    Args:
        task, dataset, problem: what is trained.
        folder: where `problem` is saved.
        rows: one per implementation; status, reason, ledger, parity and scores are filled in.
        pool: the workers.
        tell: takes progress, as `print` does.

    Returns:
        The rows that did the reference's work with their warm workers, ready to be timed, and the
        reference's losses, `[steps]`.

    Raises:
        WorkerError: if the reference itself fails; then nothing can be proved or timed.
    """
    name = REFERENCE[task.kind]
    own = next((row for row in rows if row.framework == name), Row(task.name, name))
    reference = _train(own, pool, task, folder)
    goal = parity.evaluate(task, reference.outcome, problem.x, problem.y)["loss"]
    entries = []
    for number, row in enumerate(rows, 1):
        tell(f"  {number:2}/{len(rows)} {row.framework:15} ", end="")
        try:
            trained = reference if row is own else _train(row, pool, task, folder)
            _compare(row, task, dataset, problem, trained, reference, goal)
        except WorkerError as error:
            row.status, row.reason = "failed", str(error)
        except parity.NotTheSame as error:
            row.status, row.reason = "parity failed", str(error)
        except NotImplementedError as error:
            row.reason = str(error)
        else:
            row.status, row.reason = "ok", ""
            row.examples, row.epochs = problem.examples_seen(), task.epochs
            entries.append((row, pool.worker(row.framework)[0]))
        tell(_progress(row))
    return entries, reference.outcome.losses


def time(entries: list[Entry], budget: Budget, tell: Tell) -> None:
    """Time the proved implementations in turn and note their peak memory.

    Args:
        entries: from `prove`.
        budget: how often to time.
        tell: takes progress, as `print` does.
    """
    interleave(entries, budget, tell)
    for request in (Session.memory, Session.run_memory):  # the second counts the peak anew
        for row, worker in entries:
            with suppress(WorkerError):  # if it died in a round, its row says so already
                row.ledger |= worker.ask(request)


def _progress(row: Row) -> str:
    if row.status != "ok":
        return row.explanation()
    apart, allowed = row.parity["weights"], row.parity["allowed"]
    return f"first run {row.ledger['first']:6.2f} s, parity {apart:.0e} of {allowed:.0e} allowed"


def _train(row: Row, pool: Pool, task: Task, folder: Path) -> Trained:
    """Run an implementation cold, rehearse it, and leave it warm; times go to the row's ledger."""
    worker = prepare(row, pool, task, folder)
    row.ledger["first"] = worker.ask(Session.run)
    outcome = worker.ask(Session.outcome)

    def rehearse(steps: int) -> Outcome:
        return worker.ask(Session.rehearse, task, folder, steps)

    early = rehearse(parity.STEPS)
    worker.ask(Session.run)  # warm again, after the rehearsal has used the caches
    return Trained(outcome, early, rehearse)


def _compare(
    row: Row,
    task: Task,
    dataset: Dataset,
    problem: Problem,
    trained: Trained,
    reference: Trained,
    goal: float,
) -> None:
    """Note how close an implementation is to the reference.

    Raises:
        NotTheSame: if it did other work.
    """
    row.parity = parity.require_same_steps(
        task, problem, trained.early, reference.early, trained.rehearse, reference.rehearse
    )
    loss = parity.evaluate(task, trained.outcome, problem.x, problem.y)["loss"]
    row.parity["loss"] = abs(loss - goal)
    parity.require_same_loss(loss, goal, task.precision)
    test = parity.evaluate(task, trained.outcome, dataset.x_test, dataset.y_test)
    row.scores = {"train_loss": loss} | {f"test_{name}": value for name, value in test.items()}
