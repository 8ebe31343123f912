"""How fast a task could be at best on a device with given ceilings, and what keeps it from being faster.

The roofline model: Williams, Waterman, Patterson, "Roofline: An Insightful Visual Performance Model for
Multicore Architectures" (2009). Work is counted from the task alone, the same for every implementation.
"""

from dataclasses import dataclass
from typing import Any, Literal

FLOAT = 4
"""Bytes of a float32."""


@dataclass(frozen=True)
class Roof:
    """The best that a device allows on a task.

    Attributes:
        seconds: of the ideal run: arithmetic and memory traffic fully overlapped, whichever is longer.
        step: seconds of one step of it.
        launch: seconds that one launch of a compiled program takes, or None if not known.
        limit: which of the two is longer.
    """

    seconds: float
    step: float
    launch: float | None
    limit: Literal["arithmetic", "memory"]

    @property
    def bound(self) -> Literal["arithmetic", "memory", "launch"]:
        """What an implementation meets first, if it launches every step by itself."""
        return "launch" if self.launch is not None and self.step < self.launch else self.limit


def roof(facts: dict[str, Any], ceilings: dict[str, list[Any]]) -> Roof | None:
    """The roof of a task, or None if the device's arithmetic or memory was not measured.

    Args:
        facts: of the task, as its kind describes it.
        ceilings: of the device, from `ceilings.measure_ceilings`.
    """
    if not {"float32", "memory"} <= set(ceilings):
        return None
    cache = ceilings["cache"][0] if "cache" in ceilings else None
    # a device without TF32 does such a task in float32; older records do not say which
    arithmetic = ceilings.get(facts.get("precision", "float32"), ceilings["float32"])[0]
    seconds: dict[Literal["arithmetic", "memory"], float] = {
        "arithmetic": operations(facts) / arithmetic,
        "memory": least_bytes(facts, cache) / ceilings["memory"][0],
    }
    limit = max(seconds, key=seconds.__getitem__)
    launch = ceilings["launch"][0] if "launch" in ceilings else None
    return Roof(seconds[limit], seconds[limit] / facts["steps"], launch, limit)


def operations(facts: dict[str, Any]) -> int:
    """Floating-point operations of a run's matrix products.

    For each example seen, score and gradient both multiply and add once per weight; every epoch sees
    every example once. Losses and updates of the weights are left out.
    """
    seen = facts["examples"] * facts["epochs"]
    return 4 * seen * facts["features"] * facts["outputs"] * facts.get("models", 1)


def least_bytes(facts: dict[str, Any], cache: int | None) -> int:
    """Bytes that a run has to read from memory: x in every epoch, or once if the cache holds it.

    Args:
        facts: of the task.
        cache: bytes of the last-level cache; None, not known, counts as large, since a bound must
            not be too high.
    """
    # data sets of their own for the models of a sweep are larger; older records do not say
    x = facts.get("x_bytes", FLOAT * facts["examples"] * facts["features"])
    return x if cache is None or x <= cache else x * facts["epochs"]
