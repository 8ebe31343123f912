"""Whether a run had finished when it returned: its result must not take long to exist."""

import numpy as np

from benchmarks.timing.rounds import Entry
from benchmarks.workers.host import Host
from benchmarks.workers.worker import WorkerError

NOTICEABLE = 0.03
"""Share of a run that the harness may have to wait for the result after `run` has returned."""

UNNOTICED = 5e-5
"""Seconds of waiting that are not told apart from the noise of `collect`."""


def require_finished(entry: Entry) -> None:
    """Fail the row of an entry whose `run` returns before the device has finished.

    `collect` directly after the timed runs is compared with `collect` some time after others: converting
    the result takes as long in both, and only the first may have to wait for it.
    """
    if not entry.clocks.collect or not entry.is_ok:
        return
    run, at_once = float(np.median(entry.blocks[-1])), min(entry.clocks.collect)
    if _is_short(at_once, run):
        return
    try:
        times = entry.worker.ask(Host.collect_later, *entry.inputs)
    except WorkerError as error:
        entry.row.fail(str(error))
        return
    # the shortest: noise only adds to them, and a device that works on is waited for every time
    waited = min(at_once, *times.at_once) - float(np.median(times.later))
    if not _is_short(waited, run):
        entry.row.refuse(
            f"`run` returns before the device has finished{entry.label}: it took {run:.1e} s, and its "
            f"result did not exist until {waited:.1e} s later"
        )


def _is_short(waited: float, run: float) -> bool:
    return waited <= max(NOTICEABLE * (run + waited), UNNOTICED)
