"""One start and one order for all implementations, that nobody can change."""

import numpy as np
import pytest

from benchmarks.contract import Solve, Sweep, Training
from benchmarks.datasets import synthetic
from benchmarks.kinds import solve, sweep, training
from benchmarks.workers.array_files import open_arrays, save_arrays

COMMON = {
    "name": "t", "dataset": "synthetic", "why": "why", "optimizer": "sgd", "learning_rate": 0.1
}  # fmt: skip
DATASET = synthetic.load(None, num_examples=50, num_features=4, num_classes=3)


def build(**options):
    fields = {"batch_size": 16, "start_scale": 0.5, "epochs": 3, **COMMON, **options}
    return training.KIND.build(Training(model="softmax", **fields), DATASET)


def test_each_epoch_visits_every_example_once_in_a_new_order():
    epochs = build().plan.reshape(3, -1)
    for epoch in epochs:
        assert sorted(epoch[epoch >= 0]) == list(range(50))
    assert (epochs[0] != epochs[1]).any()


def test_batches_leave_the_padding_out():
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


def test_the_first_steps_are_those_of_the_whole():
    whole = build()
    np.testing.assert_array_equal(whole.first(5).plan, whole.plan[:5])
    assert whole.first(5).steps == 5
    assert whole.first(1000).steps == whole.steps


@pytest.mark.parametrize("batch_size", [None, 16])
def test_saved_arrays_come_back_and_cannot_be_changed(tmp_path, batch_size):
    built = build(batch_size=batch_size)
    save_arrays(built, tmp_path)
    opened = open_arrays(tmp_path)
    assert opened.steps == built.steps
    for got, expected in zip(opened[:4], built[:4], strict=True):
        np.testing.assert_array_equal(got, expected)
        for array in (got, expected):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 0


def sweep_task(**values):
    return Sweep(model="logistic", epochs=2, sweep=values, **COMMON)


def test_a_sweep_has_a_model_for_each_combination_the_last_name_fastest():
    task = sweep_task(l2=(0.0, 1.0), learning_rate=(0.1, 0.2, 0.3))
    built = sweep.KIND.build(task, synthetic.load(None, num_examples=10))
    assert task.models == 6
    np.testing.assert_allclose(built.l2, [0, 0, 0, 1, 1, 1])
    np.testing.assert_allclose(built.learning_rate, np.tile([0.1, 0.2, 0.3], 2), rtol=1e-6)
    assert built.sample_weight is None
    assert built.examples_seen() == 6 * 2 * 10


def test_the_folds_of_a_sweep_leave_out_every_example_once():
    task = sweep_task(fold=(0, 1, 2), l2=(0.0, 1.0))
    built = sweep.KIND.build(task, synthetic.load(None, num_examples=10))
    assert built.sample_weight.shape == (6, 10)
    np.testing.assert_array_equal(built.sample_weight[::2], built.sample_weight[1::2])
    np.testing.assert_array_equal((built.sample_weight[::2] == 0).sum(axis=0), 1)
    np.testing.assert_allclose(built.learning_rate, 0.1, rtol=1e-6)


def test_the_arrays_of_a_sweep_survive_saving(tmp_path):
    task = sweep_task(fold=(0, 1), l2=(0.0, 1.0))
    built = sweep.KIND.build(task, synthetic.load(None, num_examples=10))
    save_arrays(built, tmp_path)
    for got, expected in zip(open_arrays(tmp_path), built, strict=True):
        np.testing.assert_array_equal(got, expected)


def test_a_solve_starts_from_zero_and_weighs_folds_alike():
    folds = Solve(
        name="t", dataset="s", model="logistic", required_gap=1e-4, why="",
        sweep={"l2": (1.0, 0.1), "fold": (0, 1, 2)},
    )  # fmt: skip
    given = solve.KIND.build(folds, synthetic.load(None, num_examples=20, num_features=4))
    assert not given.weights.any()
    assert given.plan is None
    assert given.sample_weight.shape == (6, 20)
    # scikit-learn's C, one for all folds
    products = given.l2 * given.sample_weight.sum(axis=1)
    np.testing.assert_allclose(products, np.repeat([1.0, 0.1], 3) * 40 / 3, rtol=1e-6)


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_the_arrays_of_a_solve_have_its_precision(precision):
    task = Solve(
        name="t", dataset="s", model="logistic", required_gap=1e-4, why="", precision=precision,
        sweep={"l2": (1.0, 0.1)},
    )  # fmt: skip
    given = solve.KIND.build(task, synthetic.load(None, num_examples=20, num_features=4))
    floating = (given.x, given.weights, given.bias, given.l2)
    assert {a.dtype for a in floating} == {np.dtype(precision)}
    assert given.y.dtype == np.int32
