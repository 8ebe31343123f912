"""The optimisers and losses of PyTorch."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from benchmarks.semantics.questions import CLASSES, ERRORS, Settings

LIBRARY = "torch"

_ADAM = ("learning_rate", "beta1", "beta2", "epsilon", "weight_decay")
OPTIMIZERS = {
    "sgd": ("learning_rate", "momentum", "nesterov", "dampening", "weight_decay"),
    "adam": _ADAM,
    "adamw": _ADAM,
}
_CLASSES = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}
_ITS_NAMES = {"learning_rate": "lr", "epsilon": "eps"}


def final(
    optimizer: str,
    settings: Settings,
    start: float,
    gradients: Sequence[float],
    rates: Sequence[float],
) -> float:
    parameter = torch.nn.Parameter(torch.tensor(start))
    chosen: Any = _CLASSES[optimizer]
    given: dict[str, Any] = {_ITS_NAMES.get(name, name): v for name, v in settings.items()}
    own = chosen([parameter]).defaults
    if "betas" in own:  # one argument for both
        betas = (given.pop("beta1", own["betas"][0]), given.pop("beta2", own["betas"][1]))
        given["betas"] = betas
    updates = chosen([parameter], **given)
    for step, gradient in enumerate(gradients):
        if rates:
            updates.param_groups[0]["lr"] = rates[step]
        parameter.grad = torch.tensor(gradient)
        updates.step()
    return float(parameter.detach())


def losses() -> Mapping[str, tuple[str, Any]]:
    errors, n = torch.tensor(ERRORS), len(ERRORS)
    scores, labels = torch.zeros(n, CLASSES), torch.zeros(n, dtype=torch.long)
    found = {
        "MSELoss": ("linear", torch.nn.MSELoss()(errors, torch.zeros(n))),
        "BCEWithLogitsLoss": (
            "logistic",
            torch.nn.BCEWithLogitsLoss()(torch.zeros(n), torch.ones(n)),
        ),
        "CrossEntropyLoss": ("softmax", torch.nn.CrossEntropyLoss()(scores, labels)),
    }
    return {name: (model, value.tolist()) for name, (model, value) in found.items()}
