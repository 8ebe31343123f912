"""A training: the same steps as the reference, proved weight by weight, then timed from start to end."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache, partial
from typing import Any, Generic, TypeVar

import numpy as np

from benchmarks.contract import (
    Arrays,
    Case,
    Dataset,
    Outcome,
    Record,
    Row,
    Section,
    Status,
)
from benchmarks.contract import Training as TrainingTask
from benchmarks.kinds import NOT_MEASURED, Context, Kind, NoProof, Proved, facts_of
from benchmarks.kinds._arrays import read_only, training_arrays
from benchmarks.kinds._blocks import require_same_work, time_later_blocks
from benchmarks.kinds._precision import ask_precision, confirm_precision
from benchmarks.kinds._threads import choose_threads
from benchmarks.kinds._training_row import TrainingRow as TrainingRow
from benchmarks.kinds._training_section import LEGEND, TrainingFacts, roof_of, training_section
from benchmarks.machine.roofline import Roof
from benchmarks.proof import parity
from benchmarks.proof.evaluation import evaluate
from benchmarks.proof.parity import NotTheSame, ReferenceLost, Trained
from benchmarks.proof.precision import require_precision
from benchmarks.proof.timed_rounds import GIVEN, Ends, TimedOutcomes
from benchmarks.timing.rounds import Budget, Entry, interleave
from benchmarks.workers.host import Host
from benchmarks.workers.messages import Unsupported
from benchmarks.workers.worker import Worker, WorkerError

BUDGET = Budget(seconds=0.6, least=1, most=12)
QUICK_BUDGET = Budget(seconds=0.1, least=1, most=5)
"""Rounds in each block."""

CURVE_POINTS = 20
"""Of a loss curve: enough to see its shape; each is a mean, because single batches are noisy."""


T = TypeVar("T", bound=TrainingTask)


class TrainingKind(Generic[T]):
    """Trainings of one model."""

    title = "Trainings"
    about = (
        "A row has a time only if its weights are those of a float64 reference, after the first steps and "
        "after all steps of timed rounds. Times are of warm, synchronised runs."
    )
    legend = LEGEND
    row_type: type[TrainingRow] = TrainingRow
    facts: type = TrainingFacts
    reference = "numpy_float64"
    control = "jax_scan"

    def build(self, task: T, dataset: Dataset) -> Arrays:
        """Examples, start and batch order."""
        return read_only(training_arrays(task, dataset))

    def describe(self, case: Case[T]) -> dict[str, Any]:
        """The facts common to all tasks, and the work of a run."""
        return {**facts_of(case), "x_bytes": case.arrays.x.nbytes, "steps": case.arrays.steps}

    def prove(self, case: Case[T], rows: Sequence[TrainingRow], context: Context) -> Proved:
        """Train with every implementation and compare it with the reference."""
        own = next((row for row in rows if row.implementation == self.reference), None)
        try:
            first = own or self.row_type(case.task.name, self.reference)
            its_worker, reference = _train(first, case, context)
            ends = Ends.of(case, context.pool, self.reference, reference.outcome)
        except (WorkerError, Unsupported) as error:
            raise NoProof(
                f"the reference failed: {error}. Without {self.reference} nothing can be compared; run the "
                f"task again, with --task {case.task.name}"
            ) from None
        held = _that_may_be_lost(reference)
        entries = []
        for number, row in enumerate(rows, 1):
            context.log.now(f"proving {row.implementation}")
            try:
                worker, trained = (
                    (its_worker, reference) if row is own else _train(row, case, context)
                )
                _compare(row, case, trained, held, ends)
            except Unsupported as reason:
                row.status, row.reason = Status.SKIPPED, str(reason)
            except WorkerError as error:
                row.fail(str(error))
            except NotTheSame as difference:
                row.differ(str(difference))
            else:
                row.status, row.reason = Status.OK, ""
                entries.append(_entry(row, ends, worker))
            context.log_row(number, len(rows), row, _progress(row))
        context.log_skips(rows)
        return Proved(entries, {"curve": _loss_curve(reference.outcome, case.arrays)})

    def time(self, case: Case[T], entries: list[Entry], context: Context) -> None:
        """Time the proved implementations block by block, and note the memory of the first one."""
        budget, rng = QUICK_BUDGET if context.quick else BUDGET, np.random.default_rng(context.seed)

        def time_block(entries: list[Entry]) -> None:
            interleave(entries, budget, context.log, context.watch, rng)
            require_same_work(entries)

        interleave(entries, budget, context.log, context.watch, rng)
        for entry in entries:
            with suppress(WorkerError):  # if it died in a round, its row says so already
                entry.row.costs |= entry.worker.ask(Host.memory)
        require_same_work(entries)
        for entry in entries:
            with suppress(WorkerError):  # after the peak of all, since it counts the peak anew
                entry.row.costs |= entry.worker.ask(Host.run_memory, *entry.inputs)
        for entry in entries:
            confirm_precision(entry.row, case, entry.worker)
        time_later_blocks(case, entries, context, time_block)

    def conclude(self, case: Case[T], rows: Sequence[TrainingRow]) -> None:
        """Mark rows that were only proved as skipped."""
        for row in rows:
            if row.status is Status.OK and not row.blocks:
                row.status, row.reason = Status.SKIPPED, NOT_MEASURED

    def least(self, record: Record, row: Row) -> Roof | None:
        """From the roofline."""
        return roof_of(record, row)

    def section(self, record: Record, task: str) -> Section:
        """Throughput, verdict and costs, row by row."""
        return training_section(record, task)


def _train(row: TrainingRow, case: Case[TrainingTask], context: Context) -> tuple[Worker, Trained]:
    """Run an implementation cold, then only its first steps, and leave it warm; note the costs."""
    worker = context.prepare(row, case)
    row.costs["first"] = worker.ask(Host.run, case.arrays.start)
    outcome = worker.ask(Host.outcome)

    def outcome_after(steps: int) -> Outcome:
        return worker.ask(Host.outcome_after, case.task, case.folder, steps)

    @cache  # one pass over all examples, and the reference's is needed for every row
    def loss() -> float:
        arrays = case.arrays
        return evaluate(case.task.model, *outcome[:2], arrays.x, arrays.y)["loss"]

    first_steps = outcome_after(parity.STEPS)
    row.precision = ask_precision(case, worker)
    choose_threads(row, worker, case.arrays.start)
    # warm again, after the first steps alone have used the caches
    worker.ask(Host.run, case.arrays.start)
    again = worker.ask(Host.outcome)
    return worker, Trained(outcome, again, first_steps, outcome_after, loss)


def _entry(row: TrainingRow, ends: Ends, worker: Worker) -> Entry:
    """A row to time in a process, each round from a start of its own."""
    outcomes = TimedOutcomes(row, worker, ends)
    return Entry(
        row, worker, row.blocks, (ends.arrays.start,),
        unforeseen=lambda number: (ends.start(number),), after_round=outcomes.keep,
        compare=outcomes.compare, renewed=partial(_entry, row, ends),
    )  # fmt: skip


def _that_may_be_lost(reference: Trained) -> Trained:
    """The reference for comparisons: if its worker has ended, that is not the failure of another row."""

    def outcome_after(steps: int) -> Outcome:
        try:
            return reference.outcome_after(steps)
        except WorkerError as error:
            raise ReferenceLost(str(error)) from None

    return replace(reference, outcome_after=outcome_after)


def _compare(
    row: TrainingRow, case: Case[TrainingTask], trained: Trained, reference: Trained, ends: Ends
) -> None:
    """Note how close an implementation is to the reference.

    Raises:
        NotTheSame: if it did other work.
    """
    task, arrays, dataset = case.task, case.arrays, case.dataset
    row.examples, row.epochs = arrays.examples_seen(), task.epochs
    row.parity = parity.require_same_steps(arrays, trained, reference, task.precision)
    row.parity["loss"] = abs(trained.loss() - reference.loss())
    row.parity["end"], row.parity["end_allowed"] = ends.require(
        GIVEN, trained.outcome, "in its first run"
    )
    ends.require(
        GIVEN,
        trained.again,
        "in its second run, which has to begin from the start and not to go on",
    )
    require_precision(task, row.precision)
    test = evaluate(task.model, *trained.outcome[:2], dataset.x_test, dataset.y_test)
    row.scores = {"train_loss": trained.loss()} | {
        f"test_{name}": value for name, value in test.items()
    }


def _require_same_end(case: Case[TrainingTask], proved: Outcome, outcome: Outcome) -> None:
    """Compare the weights after all steps with those of the process that was proved.

    Raises:
        NotTheSame: if they differ by more than parity allows.
    """
    apart, allowed = parity.difference(case.arrays, outcome, proved, case.task.precision)
    if not apart <= allowed:
        raise NotTheSame(
            f"at the end a weight differs by {apart:.1e} from the first process, allowed {allowed:.1e}"
        )


def _progress(row: TrainingRow) -> str:
    if row.status is not Status.OK:
        return row.explanation()
    apart, allowed = row.parity["weights"], row.parity["allowed"]
    return f"first run {row.costs['first']:6.2f} s, parity {apart:.0e} of {allowed:.0e} allowed"


def _loss_curve(outcome: Outcome, arrays: Arrays) -> dict[str, list[float]]:
    """The reference's losses averaged to few points; of a sweep the mean over its models."""
    assert outcome.losses is not None, "the reference gives its losses"
    losses = outcome.losses.reshape(-1, outcome.losses.shape[-1]).mean(axis=0)
    pieces = np.array_split(losses, min(CURVE_POINTS, len(losses)))
    ends = np.cumsum([len(piece) for piece in pieces])
    return {
        "done": [float(end / arrays.steps) for end in ends],
        "loss": [float(piece.mean()) for piece in pieces],
    }


KIND: Kind[TrainingTask] = TrainingKind[TrainingTask]()
