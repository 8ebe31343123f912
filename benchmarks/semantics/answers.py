"""The answers of one library, from the outcomes of its own optimisers and losses."""

from collections.abc import Iterator, Mapping
from math import isclose, log
from typing import Any, NamedTuple

from benchmarks.semantics.questions import CLASSES, ERRORS, QUESTIONS, Library, Question


class Finding(NamedTuple):
    """What was found.

    Attributes:
        optimizer: "sgd", "adam", "adamw", or "losses".
        question: what was asked.
        answer: the meaning whose outcome was seen, or the default's value.
        observed: the outcome, or None if nothing was run.
    """

    optimizer: str
    question: str
    answer: str
    observed: float | None


DEFAULTS: Mapping[str, tuple[float, ...]] = {
    "learning_rate": (1.0, 0.1, 0.01, 0.001, 1e-4),
    "momentum": (0.0, 0.5, 0.9, 0.99),
    "nesterov": (False, True),
    "dampening": (0.0, 0.1, 0.5, 0.9),
    "weight_decay": (0.0, 1e-4, 1e-3, 4e-3, 1e-2),
    "beta1": (0.0, 0.5, 0.9, 0.99),
    "beta2": (0.9, 0.99, 0.999, 0.9999),
    "epsilon": (0.0, 1e-10, 1e-8, 1e-7, 1e-6),
}
"""Values that a default may have; the one is looked for whose steps are those of a default."""

BASE = {
    "learning_rate": 0.1, "momentum": 0.9, "weight_decay": 0.0, "beta1": 0.9, "beta2": 0.999,
    "epsilon": 1e-8,
}  # fmt: skip
"""What is set while the default of something else is asked for."""

CLOSE = 1e-3
"""Relative difference up to which an outcome is that of a meaning. Meanings are 5% apart at least."""


def answers(library: Library) -> Iterator[Finding]:
    """What a library's optimisers and losses mean."""
    for question in QUESTIONS:
        if question.optimizer in library.OPTIMIZERS:
            yield _answer(library, question)
    for optimizer, names in library.OPTIMIZERS.items():
        for name in names:
            yield _default(library, optimizer, name)
    for name, (model, value) in library.losses().items():
        yield Finding("losses", f"{model}: {name}", reduction(model, value), None)


def _answer(library: Library, question: Question) -> Finding:
    lacks = sorted(set(question.settings) - set(library.OPTIMIZERS[question.optimizer]))
    if lacks:
        return Finding(
            question.optimizer, question.name, f"has no {lacks[0].replace('_', ' ')}", None
        )
    seen = library.final(
        question.optimizer, question.settings, question.start, question.gradients, question.rates
    )
    meanings = [m for m, value in question.answers.items() if isclose(seen, value, rel_tol=CLOSE)]
    answer = meanings[0] if meanings else "another"
    return Finding(question.optimizer, question.name, answer, seen)


def _default(library: Library, optimizer: str, name: str) -> Finding:
    """The value of `DEFAULTS` with which the steps are those that the library takes by itself."""
    names, asked = library.OPTIMIZERS[optimizer], f"default {name.replace('_', ' ')}"
    base = {known: value for known, value in BASE.items() if known in names and known != name}
    # with Adam gradients as small as an epsilon show it; with SGD they would not move the parameter
    gradients = (1e-8, 5e-9, 0.0) if "epsilon" in names else (1.0, 0.5, 0.0)
    try:
        seen = library.final(optimizer, base, 1.0, gradients, ())
    except TypeError:
        return Finding(optimizer, asked, "none: it has to be given", None)
    with_each = {
        value: library.final(optimizer, base | {name: value}, 1.0, gradients, ())
        for value in DEFAULTS[name]
    }
    same = [value for value, final in with_each.items() if isclose(final, seen, rel_tol=2e-7)]
    return Finding(optimizer, asked, " or ".join(map(_text, same)) or "another", seen)


def _text(value: float) -> str:
    return str(value) if isinstance(value, bool) else f"{value:g}"


def reduction(model: str, value: Any) -> str:
    """How a loss of three examples was reduced.

    Args:
        model: "linear", "logistic" or "softmax".
        value: what the loss function returned: a number, or a list of one for each example.
    """
    each = {
        "linear": [error**2 for error in ERRORS],
        "logistic": [log(2.0)] * len(ERRORS),
        "softmax": [log(CLASSES)] * len(ERRORS),
    }[model]
    for factor, words in ((1.0, ""), (0.5, ", halved"), (2.0, ", doubled")):
        expected = [factor * loss for loss in each]
        if isinstance(value, list):
            pairs = zip(value, expected, strict=True)
            if all(isclose(got, loss, rel_tol=CLOSE) for got, loss in pairs):
                return f"one for each example{words}"
            continue
        for total, name in ((sum(expected), "sum"), (sum(expected) / len(each), "mean")):
            if isclose(value, total, rel_tol=CLOSE):
                return name + words
    return "another"
