"""Figures that cannot be are a failure of their row: negative costs, times below the machine's ceilings."""

from statistics import median

from benchmarks.contract import Row, Status
from benchmarks.machine.roofline import Roof


def require_possible(row: Row, roof: Roof | None) -> None:
    """Fail a row with a cost below zero, or a median time below the least one of its task.

    Args:
        row: after its rounds.
        roof: of the task on the row's device; None if its ceilings are not known.
    """
    if row.status is not Status.OK:
        return
    for name, cost in row.costs.items():
        if not cost >= 0:
            row.refuse(
                f"got {cost:.3g} as its {name}, expected no less than 0: its clock is unreliable"
            )
            return
    if roof is not None and is_above(row, roof):
        took = median(row.seconds)
        row.refuse(
            f"a round took {took:.1e} s, and at the ceiling of {roof.limit} it takes {roof.seconds:.1e} s: "
            "it did not do the work, or the machine was busy when the ceiling was measured, twice"
        )


def is_above(row: Row, roof: Roof | None) -> bool:
    """Whether a row's median time is below the least one of its task."""
    return roof is not None and bool(row.seconds) and median(row.seconds) < roof.seconds
