"""A solve: what is minimised, and the contract of the implementations that do it.

    minimise over W, b:   mean_i loss(x_i W' + b, y_i) + l2/2 |W|^2 + l1 |W|_1

from parameters that are zero, until the solver's own tolerance is met. A framework file with
`KIND = "solve"` has `unsupported(task)` and `prepare(task, problem) -> Runner` as every other. Its
`run(tol)` is timed: it solves from zero with `tol` in the place of the solver's own tolerance,
whatever that means there, and returns when the device has finished. `collect` gives weights
`[outputs, features]` and bias `[outputs]`, with a first axis `[models]` where there are many.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any, Literal, NamedTuple

import numpy as np

from benchmarks.spec import Kind, Precision


@dataclass(frozen=True)
class SolveTask:
    """One minimisation, the same for every solver. A workload file holds it in `TASKS`.

    Attributes:
        name: unique over all workloads.
        dataset: file name of the data set.
        model: the loss.
        target: the relative gap, `(loss - minimum) / minimum`, that verdicts are about.
        why: the reason for the numbers, for the report.
        l2: penalty `l2 / 2 * sum(weights ** 2)`; the bias is never penalised.
        l1: penalty `l1 * sum(abs(weights))`.
        quick: whether it is part of `--quick`; for small embedded data.
        options: arguments of the data set's `load`.
        sweep: values by name; a model is solved for each combination, the last name varying fastest.
            "l2" is the penalty; "fold" 0 to k - 1 leaves out every k-th example; "target" is the first
            axis of the data set's y.
        accelerator: whether it is too large for a CPU.
    """

    name: str
    dataset: str
    model: Literal["logistic", "softmax"]
    target: float
    why: str
    l2: float = 0.0
    l1: float = 0.0
    quick: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
    sweep: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    accelerator: bool = False

    @property
    def kind(self) -> Kind:
        return "solve"

    @property
    def models(self) -> int:
        """How many models are solved."""
        return prod(map(len, self.sweep.values()))

    @property
    def precision(self) -> Precision:
        """Of the matrix products of float32 arrays: no small gap is reached with less."""
        return "float32"

    def quick_form(self) -> "SolveTask":
        """What `--quick` runs of it: all of it, with less patience."""
        return self


class Verdict(NamedTuple):
    """What the judge says of parameters.

    Attributes:
        loss: the objective in float64, penalties included, `[models]`.
        gap: upper bound on `(loss - minimum) / minimum`, `[models]`.
    """

    loss: np.ndarray
    gap: np.ndarray
