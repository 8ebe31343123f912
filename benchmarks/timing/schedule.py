"""The time of a run, shared among its tasks: what a task leaves over is for those after it."""

import math
from collections.abc import Mapping
from time import monotonic


class Schedule:
    """When each task of a run has to end.

    Args:
        expected: seconds that each task is expected to take, in the order in which they are run.
        seconds: time of the run; infinite if it may take as long as it does.
    """

    def __init__(self, expected: Mapping[str, float], seconds: float = math.inf):
        self._expected, self._end = dict(expected), monotonic() + seconds
        self._end_of_task = math.inf

    @property
    def expected(self) -> float:
        """Seconds that the tasks which are not over are expected to take, as far as there is time."""
        return min(sum(self._expected.values()), max(0.0, self._end - monotonic()))

    def begin(self, task: str) -> bool:
        """Begin a task, whose share is as large as it is among those left; False if no time is left."""
        left = self._end - monotonic()
        if math.isfinite(left):
            share = self._expected[task] / sum(self._expected.values())
            self._end_of_task = monotonic() + share * left
        return left > 0

    def finish(self, task: str) -> None:
        """Leave what the task has not used to the others."""
        del self._expected[task]
        self._end_of_task = math.inf

    def left(self) -> float:
        """Seconds that are left to the task that was begun; 0 if it is late."""
        return max(0.0, self._end_of_task - monotonic())
