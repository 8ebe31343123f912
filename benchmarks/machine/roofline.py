"""The least time of a task on a device with given ceilings, and which ceiling sets it.

The roofline model: Williams, Waterman, Patterson, "Roofline: An Insightful Visual Performance Model for
Multicore Architectures" (2009). Work is counted from the task alone, the same for every implementation.
"""

from dataclasses import dataclass
from typing import Any, Literal

FLOAT = 4
"""Bytes of a float32."""


@dataclass(frozen=True)
class Roof:
    """The least time of a task on a device.

    Attributes:
        seconds: duration of the ideal run, in which arithmetic and memory traffic fully overlap, so that
            the longer of the two counts.
        step: seconds of one step of the ideal run.
        launch: seconds that one launch of a compiled program takes, or None if not known.
        limit: whether arithmetic or memory traffic takes longer.
    """

    seconds: float
    step: float
    launch: float | None
    limit: Literal["arithmetic", "memory"]

    @property
    def bound(self) -> Literal["arithmetic", "memory", "launch"]:
        """What bounds an implementation that launches every step separately."""
        return "launch" if self.launch is not None and self.step < self.launch else self.limit


def roof(facts: dict[str, Any], ceilings: dict[str, list[Any]]) -> Roof | None:
    """The roof of a task, or None if the device's arithmetic or memory was not measured.

    Args:
        facts: facts about the task, from its kind's `describe`.
        ceilings: ceilings of the device, from `ceilings.measure_ceilings`.
    """
    if not {"float32", "memory"} <= set(ceilings):
        return None
    cache = ceilings["cache"][0] if "cache" in ceilings else None
    # a device without TF32 does such a task in float32; older records have no precision
    arithmetic = ceilings.get(facts.get("precision", "float32"), ceilings["float32"])[0]
    seconds: dict[Literal["arithmetic", "memory"], float] = {
        "arithmetic": operations(facts) / arithmetic,
        "memory": least_bytes(facts, cache) / ceilings["memory"][0],
    }
    limit = max(seconds, key=seconds.__getitem__)
    launch = ceilings["launch"][0] if "launch" in ceilings else None
    return Roof(seconds[limit], seconds[limit] / facts["steps"], launch, limit)


def operations(facts: dict[str, Any]) -> int:
    """Number of floating-point operations in the matrix products of a run.

    For each example, score and gradient both multiply and add once per weight; every epoch sees every
    example once. Losses and updates of the weights are not counted.
    """
    seen = facts["examples"] * facts["epochs"]
    return 4 * seen * facts["features"] * facts["outputs"] * facts.get("models", 1)


def least_bytes(facts: dict[str, Any], cache: int | None) -> int:
    """Bytes that a run has to read from memory: x in every epoch, or once if the cache holds it.

    Args:
        facts: facts about the task, from its kind's `describe`.
        cache: bytes of the last-level cache; None, if not known, counts as large, so that the bound is
            not too high.
    """
    # x is larger where each model has its own data; older records have no x_bytes
    x = facts.get("x_bytes", FLOAT * facts["examples"] * facts["features"])
    return x if cache is None or x <= cache else x * facts["epochs"]
