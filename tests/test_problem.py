"""One start and one order for everybody, that nobody can change."""

import numpy as np
import pytest

from benchmarks import problem
from benchmarks.datasets import synthetic
from benchmarks.solve_spec import SolveTask
from benchmarks.spec import Task

DATASET = synthetic.load(None, num_examples=50, num_features=4, num_classes=3)


def build(**options):
    fields = {"batch_size": 16, "start_scale": 0.5, **options}
    return problem.build(Task("t", "synthetic", "softmax", "sgd", 0.1, 3, "why", **fields), DATASET)


def test_each_epoch_visits_every_example_once_in_a_new_order():
    epochs = build().plan.reshape(3, -1)
    for epoch in epochs:
        assert sorted(epoch[epoch >= 0]) == list(range(50))
    assert (epochs[0] != epochs[1]).any()


def test_batches_leave_the_empty_places_out():
    sizes = [len(rows) for rows in build().batches()]
    assert sizes == [16, 16, 16, 2] * 3
    assert build().examples_seen() == 150


def test_a_full_batch_epoch_is_one_step():
    full = build(batch_size=None)
    assert (full.plan, full.steps, full.examples_seen()) == (None, 3, 150)


def test_the_seed_decides_start_and_order():
    one, same, other = build(seed=1), build(seed=1), build(seed=2)
    np.testing.assert_array_equal(one.weights, same.weights)
    np.testing.assert_array_equal(one.plan, same.plan)
    assert (one.weights != other.weights).any()
    assert (one.plan != other.plan).any()


def test_the_first_steps_are_the_problems_own():
    whole = build()
    np.testing.assert_array_equal(whole.first(5).plan, whole.plan[:5])
    assert whole.first(5).steps == 5
    assert whole.first(1000).steps == whole.steps


@pytest.mark.parametrize("batch_size", [None, 16])
def test_saved_arrays_come_back_and_cannot_be_changed(tmp_path, batch_size):
    built = build(batch_size=batch_size)
    problem.save(built, tmp_path)
    opened = problem.open_saved(tmp_path)
    assert opened.steps == built.steps
    for got, expected in zip(opened[:4], built[:4], strict=True):
        np.testing.assert_array_equal(got, expected)
        for array in (got, expected):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 0


def sweep_task(**sweep):
    return Task("toy", "synthetic", "logistic", "sgd", 0.1, 2, "why", sweep=sweep)


def test_a_sweep_has_a_model_for_each_combination_the_last_name_fastest():
    task = sweep_task(l2=(0.0, 1.0), learning_rate=(0.1, 0.2, 0.3))
    built = problem.build(task, synthetic.load(None, num_examples=10))
    assert task.models == 6
    np.testing.assert_allclose(built.l2, [0, 0, 0, 1, 1, 1])
    np.testing.assert_allclose(built.learning_rate, np.tile([0.1, 0.2, 0.3], 2), rtol=1e-6)
    assert built.weight is None
    assert built.examples_seen() == 6 * 2 * 10


def test_the_folds_of_a_sweep_leave_out_every_example_once():
    task = sweep_task(fold=(0, 1, 2), l2=(0.0, 1.0))
    built = problem.build(task, synthetic.load(None, num_examples=10))
    assert built.weight.shape == (6, 10)
    np.testing.assert_array_equal(built.weight[::2], built.weight[1::2])
    np.testing.assert_array_equal((built.weight[::2] == 0).sum(axis=0), 1)
    np.testing.assert_allclose(built.learning_rate, 0.1, rtol=1e-6)


def test_the_arrays_of_a_sweep_survive_saving(tmp_path):
    task = sweep_task(fold=(0, 1), l2=(0.0, 1.0))
    built = problem.build(task, synthetic.load(None, num_examples=10))
    problem.save(built, tmp_path)
    for got, expected in zip(problem.open_saved(tmp_path), built, strict=True):
        np.testing.assert_array_equal(got, expected)


def test_a_solve_starts_from_zero_and_weighs_folds_alike():
    folds = SolveTask("t", "s", "logistic", 1e-4, "", sweep={"l2": (1.0, 0.1), "fold": (0, 1, 2)})
    given = problem.from_zero(folds, synthetic.load(None, num_examples=20, num_features=4))
    assert not given.weights.any()
    assert given.plan is None
    assert given.weight.shape == (6, 20)
    # scikit-learn's C, one for all folds
    products = given.l2 * given.weight.sum(axis=1)
    np.testing.assert_allclose(products, np.repeat([1.0, 0.1], 3) * 40 / 3, rtol=1e-6)
