"""The figures of a tutorial, computed from a training."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.contract import Arrays, Case, Dataset, Outcome, Training
from benchmarks.lessons.goldens import GoldenSeries
from benchmarks.lessons.trained import TrainedImplementation

X, Y = np.array([[-1.0], [1.0], [2.0]], np.float32), np.array([0, 1, 1], np.int32)
START = np.zeros((1, 1), np.float32), np.zeros(1, np.float32)
END = Outcome(np.array([[3.0]]), np.array([-4.0]), losses=np.array([1.0, 0.5, 0.4, 0.3]))


def trained(batch_size: int | None = None) -> TrainedImplementation:
    """Two epochs of two steps; steps of 2 examples and 1 if there are batches."""
    task = Training(name="toy", dataset="six_points", model="logistic", why="", optimizer="sgd",
                    learning_rate=1.0, epochs=2, batch_size=batch_size)  # fmt: skip
    plan = None if batch_size is None else np.array([[0, 1], [2, -1]] * 2, np.int32)
    dataset = Dataset(X, Y, X[:2], 1 - Y[:2], 1, "made up")
    case = Case(task, dataset, Arrays(X, Y, *START, plan, steps=4), Path())

    def outcome_after(steps: int) -> Outcome:
        return Outcome(np.array([[float(steps)]]), np.array([-float(steps)]))

    return TrainedImplementation(case, END, outcome_after)


def series(quantity: str, unit: str, *at: int) -> GoldenSeries:
    return GoldenSeries(quantity, unit, at, (None,) * len(at), None, exact=False)


def test_parameters_at_the_start_between_and_at_the_end():
    one = trained()
    assert one.values(series("weight", "step", 0, 3, 4)) == [0.0, 3.0, 3.0]
    assert one.values(series("weight 1", "epoch", 1, 2)) == [2.0, 3.0]
    assert one.values(series("bias", "step", 0, 3, 4)) == [0.0, -3.0, -4.0]


def test_full_batch_losses_are_the_trainings_own():
    values = trained().values(series("loss", "step", 0, 1, 3, 4))
    assert values[:3] == [1.0, 0.5, 0.3]
    scores = 3.0 * X[:, 0] - 4.0  # after the last step it is computed
    assert values[3] == pytest.approx(np.mean(np.logaddexp(0, scores) - Y * scores))


def test_the_loss_of_batches_is_not_that_of_all_examples():
    assert trained(2).values(series("loss", "step", 0)) == [pytest.approx(np.log(2))]


def test_an_epoch_loss_is_weighted_by_the_sizes_of_its_batches():
    expected = [(2 * 1.0 + 0.5) / 3, (2 * 0.4 + 0.3) / 3]
    assert trained(2).values(series("epoch loss", "epoch", 1, 2)) == pytest.approx(expected)
    assert trained(2).epoch_losses() == pytest.approx(expected)
    assert trained().epoch_losses() == pytest.approx([0.75, 0.35])


def test_epoch_losses_may_come_from_the_library_or_not_at_all():
    own = replace(trained(2), outcome=END._replace(losses=None, epoch_losses=np.array([0.9, 0.2])))
    assert own.values(series("epoch loss", "epoch", 2)) == [0.2]
    none = replace(own, outcome=END._replace(losses=None))
    assert none.values(series("epoch loss", "epoch", 2)) == [None]


def test_accuracies_are_of_the_examples_they_name():
    one = trained()
    assert one.values(series("train accuracy", "step", 4)) == [pytest.approx(2 / 3)]
    assert one.values(series("test accuracy", "step", 4)) == [pytest.approx(1 / 2)]
