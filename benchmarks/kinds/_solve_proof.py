"""The proof of a row of a solve: its curve, finer tolerances, the number of threads it is timed with."""

from benchmarks.contract import Case, Solve, Status
from benchmarks.kinds import NOT_MEASURED, Context
from benchmarks.kinds._solve_row import SolveRow
from benchmarks.kinds._threads import choose_threads, keep_threads
from benchmarks.proof.finer_tolerances import add_claimed, add_loosest
from benchmarks.proof.judging import Judge
from benchmarks.proof.tolerance_sweep import TOLERANCES, Limits, sweep_tolerances
from benchmarks.workers.host import Host
from benchmarks.workers.messages import Unsupported
from benchmarks.workers.worker import Worker, WorkerDied, WorkerError, WorkerTooSlow


def solve_at_tolerances(
    row: SolveRow, case: Case[Solve], judge: Judge, limits: Limits, context: Context
) -> Worker | None:
    """Fill in a row's points; its worker, warm, or None if there is nothing to time."""
    try:
        worker = context.prepare(row, case)
    except Unsupported as reason:
        row.status, row.reason = Status.SKIPPED, str(reason)
        return None
    except WorkerError as error:
        row.fail(str(error))
        return None
    limits = limits._replace(gap=min(limits.gap, case.task.required_gap))
    end = sweep_tolerances(worker, judge, limits, row.points, row.costs)
    row.end = end.reason
    if not row.points:
        slow = isinstance(end.error, WorkerTooSlow)
        row.status = Status.NOT_REACHED if slow else Status.FAILED
        row.reason = f"no finite gap: {end.reason or NOT_MEASURED}"
        return None
    row.status = Status.OK
    going = _restarted(row, case, context) if isinstance(end.error, WorkerDied) else worker
    # without the first solve, most of which may be compilation
    if going is not None and sum(point.first for point in row.points[1:]) < limits.total:
        going = _with_finer_tolerances(row, case, judge, limits, going, context)
    return going and _on_its_threads(row, going, case.task.required_gap)


def _with_finer_tolerances(
    row: SolveRow,
    case: Case[Solve],
    judge: Judge,
    limits: Limits,
    worker: Worker,
    context: Context,
) -> Worker | None:
    """Add what lies between the decades; the worker, another one if it died, or None."""
    required = case.task.required_gap
    end = add_loosest(worker, judge, row.points, required, limits.solve)
    end = end or add_claimed(worker, judge, row.points, required, limits.solve)
    if end is None:
        return worker
    row.end = end.reason
    return _restarted(row, case, context) if isinstance(end.error, WorkerDied) else worker


def _on_its_threads(row: SolveRow, worker: Worker, required_gap: float) -> Worker | None:
    """The worker with the number of threads that suits the deciding point; None if it fails meanwhile."""
    deciding = row.deciding(required_gap)
    try:
        if deciding is not None:
            choose_threads(row, worker, deciding.tol)
        return worker
    except WorkerError as error:
        row.fail(f"while numbers of threads were tried: {error}")
        return None


def _restarted(row: SolveRow, case: Case[Solve], context: Context) -> Worker | None:
    """Restart a worker that has ended and warm it up; None if that fails."""
    try:
        worker = context.pool.worker(row.implementation)
        worker.ask(Host.prepare, case.task, case.folder)
        keep_threads(row, worker)
        worker.ask(Host.run, TOLERANCES[0])
        return worker
    except (WorkerError, Unsupported) as error:
        row.fail(f"{row.end}; it could not be started again: {error}")
        return None
