"""Blocks: the rows of a task are timed again and again, each time in processes that are started anew."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any

from benchmarks.contract import Case
from benchmarks.kinds import Context
from benchmarks.kinds._threads import keep_threads
from benchmarks.machine.cores import cores
from benchmarks.proof.finished import require_finished
from benchmarks.timing.rounds import Entry
from benchmarks.verdicts.intervals import typical
from benchmarks.workers.host import LONG, Host
from benchmarks.workers.messages import Unsupported
from benchmarks.workers.worker import Worker, WorkerError

BLOCKS, QUICK_BLOCKS = 5, 3
"""Processes that each row is measured in; the first is the one that was proved."""

LEAST_BLOCKS = 3
"""Processes that each row is measured in also if the task is late: fewer have no useful interval."""


def time_later_blocks(
    case: Case[Any],
    entries: Sequence[Entry],
    context: Context,
    time_block: Callable[[list[Entry]], None],
) -> None:
    """Time entries in all blocks after the first, or as many as there is time for.

    Args:
        case: the task.
        entries: one for each row.
        context: of the run.
        time_block: times entries whose workers are warm, as it has timed those of the first block.
    """
    blocks, last = QUICK_BLOCKS if context.quick else BLOCKS, 0.0
    for number in range(2, blocks + 1):
        left = [entry for entry in entries if entry.is_ok]
        if not left:
            return
        if number > LEAST_BLOCKS and last > context.schedule.left():
            context.log(f"  no time is left for block {number} of {blocks} (--budget)")
            return
        context.log.now(f"block {number} of {blocks}: {len(left)} processes are started anew")
        start = monotonic()
        time_block(_renewed(case, left, context))
        last = monotonic() - start


def require_same_work(entries: Sequence[Entry]) -> None:
    """Take the times of rows whose timed runs had not finished, or gave something else than they should."""
    for entry in entries:
        require_finished(entry)
        entry.compare()


def _renewed(case: Case[Any], entries: list[Entry], context: Context) -> list[Entry]:
    """The entries with new workers; without those whose processes fail."""
    renewed = []
    # Several at once: nothing is timed, and most of a start is the work of a single core.
    executor = ThreadPoolExecutor(cores())
    try:
        started = [executor.submit(_started, case, entry, context) for entry in entries]
        for entry, future in zip(entries, started, strict=True):
            try:
                assert entry.renewed is not None, "an entry of one block only has no later one"
                renewed.append(entry.renewed(future.result()))
            except (WorkerError, Unsupported) as error:
                entry.row.fail(f"in a process started anew{entry.label}: {error}")
    finally:
        # not waiting: after an interruption the workers are killed, and with them the threads end
        executor.shutdown(wait=False, cancel_futures=True)
    return renewed


def _started(case: Case[Any], entry: Entry, context: Context) -> Worker:
    """A new worker of a row, prepared and warm."""
    worker = context.pool.restart(entry.row.implementation)
    worker.ask(Host.prepare, case.task, case.folder)
    keep_threads(entry.row, worker)
    worker.ask(Host.run, *entry.inputs)
    if typical(entry.blocks) < LONG:
        # a warm-up comes before its rounds, whose length the first run, with compilation, does not tell
        worker.ask(Host.run, *entry.inputs)
    return worker
