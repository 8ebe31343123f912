"""Each meaning is found in an optimiser that was written to have it."""

from math import isclose, sqrt

import pytest

from benchmarks.semantics.answers import CLOSE, answers, reduction
from benchmarks.semantics.questions import ERRORS, QUESTIONS


class Adam:
    """Adam with a choice of meanings; its defaults are those of `defaults`."""

    LIBRARY = "toy"

    def __init__(self, epsilon="after", coupled=False, corrects=True, **defaults):
        names = ("learning_rate", "beta1", "beta2", "epsilon", "weight_decay")
        self.OPTIMIZERS = {"adam": names}
        self.where, self.coupled, self.corrects = epsilon, coupled, corrects
        self.defaults = {"learning_rate": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7,
                         "weight_decay": 0.0} | defaults  # fmt: skip

    def final(self, optimizer, settings, start, gradients, rates):
        rate, beta1, beta2, epsilon, decay = (self.defaults | dict(settings)).values()
        w, m, v = start, 0.0, 0.0
        for t, gradient in enumerate(gradients, 1):
            g = gradient + decay * w if self.coupled else gradient
            w -= 0.0 if self.coupled else rate * decay * w
            m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
            one, two = (1 - beta1**t, 1 - beta2**t) if self.corrects else (1, 1)
            size = {"after": sqrt(v / two) + epsilon, "before": (sqrt(v) + epsilon) / sqrt(two),
                    "inside": sqrt(v / two + epsilon)}[self.where]  # fmt: skip
            w -= rate * m / one / size
        return w

    def losses(self):
        return {}


def found(library):
    return {answer.question: answer.answer for answer in answers(library)}


@pytest.mark.parametrize(
    ("planted", "question", "answer"),
    [
        ({"epsilon": "after"}, "epsilon", "outside the root, after the correction"),
        ({"epsilon": "before"}, "epsilon", "outside the root, before the correction"),
        ({"epsilon": "inside"}, "epsilon", "inside the root"),
        ({"corrects": True}, "bias correction", "of both moments"),
        ({"corrects": False}, "bias correction", "none"),
        ({"coupled": True}, "weight decay", "coupled: part of g"),
        ({"coupled": False}, "weight decay", "decoupled, times the learning rate"),
    ],
)
def test_a_planted_meaning_is_found(planted, question, answer):
    assert found(Adam(**planted))[question] == answer


def test_defaults_are_found_by_their_steps():
    usual, planted = found(Adam()), found(Adam(beta2=0.99, weight_decay=0.01, learning_rate=0.1))
    assert (usual["default beta2"], planted["default beta2"]) == ("0.999", "0.99")
    assert (usual["default weight decay"], planted["default weight decay"]) == ("0", "0.01")
    assert (usual["default learning rate"], planted["default learning rate"]) == ("0.001", "0.1")
    assert usual["default epsilon"] == "1e-07"


def test_a_default_of_no_usual_value_is_not_guessed():
    assert found(Adam(beta1=0.87))["default beta1"] == "another"


def test_a_setting_without_default_has_to_be_given():
    class Strict(Adam):
        def final(self, optimizer, settings, *rest):
            if "learning_rate" not in settings:
                raise TypeError("missing a required argument")
            return super().final(optimizer, settings, *rest)

    assert found(Strict())["default learning rate"] == "none: it has to be given"


def test_a_setting_that_is_lacking_is_named():
    lacking = Adam()
    lacking.OPTIMIZERS = {"adam": ("learning_rate", "beta1", "beta2", "epsilon")}
    assert found(lacking)["weight decay"] == "has no weight decay"


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: f"{q.optimizer}, {q.name}")
def test_meanings_have_outcomes_that_cannot_be_mistaken(question):
    values = list(question.answers.values())
    for i, value in enumerate(values):
        assert not any(isclose(value, other, rel_tol=10 * CLOSE) for other in values[:i])


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (21.0, "sum"), (7.0, "mean"), (10.5, "sum, halved"), (3.5, "mean, halved"),
        ([1.0, 4.0, 16.0], "one for each example"), ([0.5, 2.0, 8.0], "one for each example, halved"),
        (5.0, "another"),
    ],
)  # fmt: skip
def test_a_reduction_is_told_by_its_value(value, answer):
    assert [error**2 for error in ERRORS] == [1.0, 4.0, 16.0]
    assert reduction("linear", value) == answer
