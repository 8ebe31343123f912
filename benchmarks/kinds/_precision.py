"""Asking a worker, before its rounds and after them, what its implementation computes in."""

from contextlib import suppress

from benchmarks.contract import Case, Row, Status, Training
from benchmarks.proof.parity import NotTheSame
from benchmarks.proof.precision import (
    found_precision,
    probe_arrays,
    probe_name,
    probe_task,
    require_precision,
)
from benchmarks.workers.array_files import save_arrays
from benchmarks.workers.host import Host
from benchmarks.workers.worker import Worker, WorkerError


def ask_precision(case: Case[Training], worker: Worker) -> str:
    """What an implementation computes in now, as `found_precision` names it.

    Raises:
        WorkerError: if the probe fails.
    """
    task, folder = probe_task(case.task), case.folder.parent / probe_name(case.task)
    if not folder.exists():
        save_arrays(probe_arrays(task), folder)
    return found_precision(task, worker.ask(Host.probe, task, folder))


def confirm_precision(row: Row, case: Case[Training], worker: Worker) -> None:
    """Withdraw the times of a row that computes in too low a precision after its rounds."""
    if row.status is not Status.OK:
        return
    with suppress(WorkerError):  # it has ended since its last round, which says nothing of that
        try:
            require_precision(case.task, ask_precision(case, worker))
        except NotTheSame as difference:
            row.withdraw(Status.PARITY_FAILED, f"after its rounds {difference}")
