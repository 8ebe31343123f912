"""Blocks: the rows of a task are timed again and again, each time in processes that are started anew."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from benchmarks.contract import Case, Outcome, Status
from benchmarks.kinds import Context
from benchmarks.machine.cores import cores
from benchmarks.proof.judging import JudgeFailed
from benchmarks.proof.parity import NotTheSame
from benchmarks.timing.rounds import Entry
from benchmarks.verdicts.intervals import typical
from benchmarks.workers.host import LONG, Host
from benchmarks.workers.messages import Unsupported
from benchmarks.workers.worker import Worker, WorkerError

BLOCKS, QUICK_BLOCKS = 5, 3
"""Processes that each row is measured in; the first is the one that was proved."""


def time_later_blocks(
    case: Case[Any],
    entries: Sequence[Entry],
    context: Context,
    time_block: Callable[[list[Entry]], None],
) -> None:
    """Time entries in all blocks after the first.

    Args:
        case: the task.
        entries: one for each row.
        context: of the run.
        time_block: times entries whose workers are warm, as it has timed those of the first block.
    """
    blocks = QUICK_BLOCKS if context.quick else BLOCKS
    for number in range(2, blocks + 1):
        left = [entry for entry in entries if entry.row.status is Status.OK]
        if not left:
            return
        context.log(f"  block {number} of {blocks}: {len(left)} processes are started anew")
        time_block(_renewed(case, left, context))


def _renewed(case: Case[Any], entries: list[Entry], context: Context) -> list[Entry]:
    """The entries with new workers; without those that fail or do not what the first ones did."""
    renewed = []
    # Several at once: nothing is timed, and most of a start is the work of a single core.
    executor = ThreadPoolExecutor(cores())
    try:
        started = [executor.submit(_started, case, entry, context) for entry in entries]
        for entry, future in zip(entries, started, strict=True):
            try:
                worker, outcome = future.result()
                entry.check(outcome)
                renewed.append(replace(entry, worker=worker))
            except (WorkerError, Unsupported, JudgeFailed) as error:
                entry.row.fail(f"in a process started anew{entry.label}: {error}")
            except NotTheSame as difference:
                entry.row.fail(f"in a process started anew{entry.label}: {difference}")
                entry.row.status = Status.PARITY_FAILED
    finally:
        # not waiting: after an interruption the workers are killed, and with them the threads end
        executor.shutdown(wait=False, cancel_futures=True)
    return renewed


def _started(case: Case[Any], entry: Entry, context: Context) -> tuple[Worker, Outcome]:
    """A new worker of a row, prepared and warm, and the outcome of its first run."""
    worker = context.pool.restart(entry.row.implementation)
    worker.ask(Host.prepare, case.task, case.folder)
    worker.ask(Host.run, *entry.inputs)
    outcome = worker.ask(Host.outcome)
    if (
        typical(entry.blocks) < LONG
    ):  # a warm-up comes before its rounds, and the first run was compilation
        worker.ask(Host.run, *entry.inputs)
    return worker, outcome
