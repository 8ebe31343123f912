"""The questions: gradients whose steps tell one meaning of an optimiser from another.

Each question has one parameter. An optimiser is given its gradients one after the other, and what the
parameter is after the last of them is compared with what each meaning would give. g is a gradient, w the
parameter, v the velocity, a the learning rate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Any, Protocol

Settings = Mapping[str, float]
"""Settings by the names of `NAMES`; what is left out has the library's default."""

NAMES = (
    "learning_rate", "momentum", "nesterov", "dampening", "weight_decay", "beta1", "beta2", "epsilon",
)  # fmt: skip


class Library(Protocol):
    """A file in `optimizers/`."""

    LIBRARY: str
    """Distribution name."""

    OPTIMIZERS: Mapping[str, Sequence[str]]
    """The settings that each of its optimisers has, of `NAMES`, by "sgd", "adam" and "adamw"."""

    def final(
        self,
        optimizer: str,
        settings: Settings,
        start: float,
        gradients: Sequence[float],
        rates: Sequence[float],
    ) -> float:
        """The parameter after its last step.

        Args:
            optimizer: a key of `OPTIMIZERS`.
            settings: what is set; all else is left to the library.
            start: value of the parameter at first.
            gradients: gradient of each step.
            rates: learning rate of each step; empty if it is that of the settings.

        Raises:
            TypeError: if the library has no default for what is left out.
        """  # fmt: skip
        ...

    def losses(self) -> Mapping[str, tuple[str, Any]]:
        """By name of a loss function: its model, and what it returns, a number or one for each example.

        For "linear" the errors are those of `ERRORS`; for "logistic" and "softmax" all scores of the three
        examples are 0, with `CLASSES` classes for softmax.
        """
        ...


@dataclass(frozen=True)
class Question:
    """A tiny problem.

    Attributes:
        name: what is asked.
        optimizer: "sgd", "adam" or "adamw".
        settings: what is set.
        gradients: gradient of each step.
        answers: by each meaning, the parameter after the last step.
        start: value of the parameter at first.
        rates: learning rate of each step, if it changes.
    """

    name: str
    optimizer: str
    settings: Settings
    gradients: Sequence[float]
    answers: Mapping[str, float]
    start: float = 0.0
    rates: Sequence[float] = field(default=())


ERRORS = (1.0, 2.0, 4.0)
"""Sum and mean of their squares, halved or not, are four different numbers."""

CLASSES = 4

TINY = 1e-8
"""A gradient as small as epsilon: only then does it matter where epsilon stands."""

RATE = {"learning_rate": 0.1}
MOMENTUM = RATE | {"momentum": 0.9}
ADAM = RATE | {"beta1": 0.9, "beta2": 0.999, "epsilon": TINY}

QUESTIONS = (
    Question(
        "momentum", "sgd", MOMENTUM, (1.0, 1.0),
        {"v = momentum v + g": -0.1 - 0.19, "v = momentum v + (1 - momentum) g": -0.01 - 0.019},
    ),
    Question(
        "learning rate that changes", "sgd", MOMENTUM, (1.0, 1.0),
        {"w = w - a v: at once": -0.1 - 0.01 * 1.9,
         "v = momentum v - a g: only for new gradients": -0.1 - (0.09 + 0.01)},
        rates=(0.1, 0.01),
    ),
    Question(
        "Nesterov", "sgd", MOMENTUM | {"nesterov": True}, (1.0, 1.0),
        {"w = w - a (g + momentum v)": -0.1 * (1 + 0.9) - 0.1 * (1 + 0.9 * 1.9),
         "g at w - a momentum v": -0.29},
    ),
    Question(
        "dampening", "sgd", MOMENTUM | {"dampening": 0.5}, (1.0, 1.0),
        {"from the first step": -0.05 - 0.095, "from the second step": -0.1 - 0.14},
    ),
    Question(
        "weight decay with momentum", "sgd", MOMENTUM | {"weight_decay": 0.5}, (0.0, 0.0),
        {"coupled: part of g": 0.95 - 0.1 * (0.9 * 0.5 + 0.5 * 0.95),
         "decoupled, times the learning rate": 0.95**2, "decoupled, by itself": 0.5**2},
        start=1.0,
    ),
    Question(
        "weight decay without momentum", "sgd", RATE | {"weight_decay": 0.5}, (0.0,),
        {"w (1 - a decay)": 0.95, "w (1 - 2 a decay)": 0.9, "w (1 - decay)": 0.5}, start=1.0,
    ),
    Question(
        "default schedule", "sgd", RATE, (1.0, 1.0),
        {"constant": -0.2, "a / t^(1/4)": -0.1 * (1 + 0.5**0.25)},
    ),
    Question(
        "epsilon", "adam", ADAM, (TINY,),
        {"outside the root, after the correction": -0.05,
         "outside the root, before the correction": -0.1 * sqrt(0.001) / (sqrt(0.001) + 1),
         "inside the root": -0.1 * TINY / sqrt(TINY**2 + TINY)},
    ),
    Question(
        "bias correction", "adam", ADAM, (1.0,),
        {"of both moments": -0.1, "none": -0.1 * 0.1 / sqrt(0.001), "of the first": -0.1 / sqrt(0.001),
         "of the second": -0.1 * 0.1},
    ),
    *(
        Question(
            "weight decay", optimizer, ADAM | {"weight_decay": 0.5}, (0.0,),
            {"coupled: part of g": 0.9, "decoupled, times the learning rate": 0.95,
             "decoupled, by itself": 0.5},
            start=1.0,
        )
        for optimizer in ("adam", "adamw")
    ),
)  # fmt: skip
