"""What is kept of an implementation on a training: its rounds, and how close it is to the reference."""

from dataclasses import dataclass, field
from typing import ClassVar

from benchmarks.contract import Row, Seconds, Status


@dataclass
class TrainingRow(Row):
    """A row of a training.

    Attributes:
        blocks: seconds of each round, by process.
        examples, epochs: work of one round.
        parity: differences from the reference, by name.
        scores: quality of the trained model, by name.
        precision: what its products are computed in, from the precision probe.
    """

    kind: ClassVar[str] = "training"

    blocks: list[list[Seconds]] = field(default_factory=list)
    examples: int = 0
    epochs: int = 0
    parity: dict[str, float] = field(default_factory=dict)
    scores: dict[str, float] = field(default_factory=dict)
    precision: str = ""

    @property
    def seconds_by_process(self) -> list[list[Seconds]]:
        return self.blocks

    def withdraw(self, status: Status, reason: str) -> None:
        super().withdraw(status, reason)
        self.blocks.clear()  # without a valid result there is no time
