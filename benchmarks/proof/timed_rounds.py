"""The outcomes of timed rounds are compared, from starts that no implementation has seen before.

Every round has a start of its own, drawn while the task is timed and given to all implementations alike.
Each of their processes sees it once. A result that was kept, a training done beforehand and a run that goes
on from the last one lead elsewhere.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from benchmarks.contract import Arrays, Case, Outcome, Precision, Row, Start, Status, Training
from benchmarks.proof.parity import NotTheSame, farthest, largest_of_models
from benchmarks.proof.rounding import ORDERS, allowed_at_the_end
from benchmarks.workers.host import Host
from benchmarks.workers.pool import Pool
from benchmarks.workers.worker import Worker, WorkerError

SHARE_CHECKED = 0.25
"""Share of the rounds whose outcomes are compared, drawn at random; so is the last of each row."""

SHARE_OF_MOVE = 0.1
"""Standard deviation of the starts around the task's own, as a share of the largest distance that the
reference moves: small enough to leave the training what it is, and hundreds of times what is allowed."""

GIVEN = 0
"""Number of the start that `prepare` sees; those of the rounds are counted from 1."""


@dataclass
class Ends:
    """Where the reference ends from the start of each round, and by how much others may differ.

    Attributes:
        arrays: of the task.
        precision: of the task's products.
        reference: the reference's outcome from a start.
        in_float32: the outcome of its steps in float32, with the examples in the order of this number.
    """

    arrays: Arrays
    precision: Precision
    reference: Callable[[Start], Outcome]
    in_float32: Callable[[Start, int], Outcome]
    _secret: int = field(default_factory=lambda: secrets.randbits(64))
    _known: dict[int, tuple[Outcome, np.ndarray]] = field(default_factory=dict)
    _measured_again: set[int] = field(default_factory=set)

    def start(self, number: int) -> Start:
        """The start of the round of this number, from 1."""
        rng = np.random.default_rng((self._secret, number))
        outcome, _ = self._end(GIVEN)
        moved = (p - start for p, start in zip(outcome[:2], self.arrays.start, strict=True))
        scale = SHARE_OF_MOVE * np.median(largest_of_models(self.arrays, moved))
        noise = (scale * rng.standard_normal(p.shape) for p in self.arrays.start)
        return Start(
            *((p + e).astype(np.float32) for p, e in zip(self.arrays.start, noise, strict=True))
        )

    def is_checked(self, number: int) -> bool:
        """Whether the outcomes of this round are compared, apart from the last of each row."""
        return bool(np.random.default_rng((self._secret, number, 1)).random() < SHARE_CHECKED)

    def require(self, number: int, outcome: Outcome, what: str) -> tuple[float, float]:
        """Compare the weights after all steps with the reference's, each model by itself.

        Args:
            number: of the start.
            outcome: of a run from there.
            what: which run that was, for the message.

        Returns:
            The largest difference of the model that comes closest to its bound, and that bound.

        Raises:
            NotTheSame: if they differ by more, or the shapes differ.
            WorkerError: if the reference cannot be asked.
        """
        apart, allowed = farthest(self.arrays, outcome, *self._end(number))
        if apart > allowed:
            self._measure_again(number)
            apart, allowed = farthest(self.arrays, outcome, *self._end(number))
        if apart > allowed:
            kept = ""
            apart_from_given, bound = farthest(self.arrays, outcome, *self._end(GIVEN))
            if number != GIVEN and apart_from_given <= bound:
                kept = (
                    "; it is the result from the start that `prepare` saw, kept or computed before"
                )
            raise NotTheSame(
                f"{what}, after all {self.arrays.steps} steps, a weight differs by {apart:.1e}, "
                f"allowed {allowed:.1e}{kept}"
            )
        return apart, allowed

    @classmethod
    def of(cls, case: Case[Training], pool: Pool, name: str, given: Outcome) -> "Ends":
        """Those of a task.

        Args:
            case: the task.
            pool: its worker of the reference is prepared for the task.
            name: of the reference.
            given: the reference's outcome from the start that `prepare` saw.

        Raises:
            WorkerError: if the reference cannot be asked.
        """

        def ready() -> Worker:
            worker = pool.worker(name)
            # as a row of its own it may have ended, or been started anew
            if not worker.ask(Host.is_prepared, case.folder):
                worker.ask(Host.prepare, case.task, case.folder)
            return worker

        ends = cls(
            case.arrays,
            case.task.precision,
            lambda start: ready().ask(Host.outcome_from, start),
            lambda start, order: ready().ask(Host.outcome_in_float32, case.task, start, order),
        )
        ends._know(GIVEN, case.arrays.start, given)
        return ends

    def _end(self, number: int) -> tuple[Outcome, np.ndarray]:
        if number not in self._known:
            start = self.start(number)
            self._know(number, start, self.reference(start))
        return self._known[number]

    def _know(self, number: int, start: Start, reference: Outcome) -> None:
        self._known[number] = reference, self._allowed(start, reference, 1)

    def _measure_again(self, number: int) -> None:
        """Measure in more orders what rounding comes to from a start, unless that was done before."""
        if number not in self._measured_again:
            self._measured_again.add(number)
            start = self.arrays.start if number == GIVEN else self.start(number)
            reference, _ = self._end(number)
            self._known[number] = reference, self._allowed(start, reference, ORDERS)

    def _allowed(self, start: Start, reference: Outcome, orders: int) -> np.ndarray:
        rounded = [self.in_float32(start, order) for order in range(orders)]
        return allowed_at_the_end(self.arrays, rounded, reference, self.precision)


@dataclass
class TimedOutcomes:
    """The outcomes of a row's timed rounds, as far as they are compared.

    Attributes:
        row, worker: the row, and the worker that is timed.
        ends: what they are compared with.
    """

    row: Row
    worker: Worker
    ends: Ends
    _outcomes: dict[int, Outcome] = field(default_factory=dict)
    _last: int | None = None

    def keep(self, number: int) -> None:
        """Keep the outcome of a round that was just timed, if it is one of those compared.

        Raises:
            WorkerError: if it cannot be collected.
        """
        self._last = number
        if self.ends.is_checked(number):
            self._outcomes[number] = self.worker.ask(Host.outcome)

    def compare(self) -> None:
        """Compare what was kept, and what the last timed round left; a row that differs has no time."""
        if self._last is None or self.row.status is not Status.OK:
            return
        try:
            self._outcomes[self._last] = self.worker.ask(Host.outcome)
            for number, outcome in self._outcomes.items():
                self.ends.require(number, outcome, f"in round {number}, from a start of its own")
        except NotTheSame as difference:
            self.row.differ(str(difference))
        except WorkerError as error:
            self.row.fail(f"the outcome of a timed round cannot be compared: {error}")
