"""Plans visit what they promise to visit."""

import jax
import numpy as np
import pytest

import logreg_jax as lj

sizes = pytest.mark.parametrize(
    ("n", "batch", "epochs"), [(40, 7, 2), (12, 4, 1), (5, 5, 3), (3, 1, 2), (1, 1, 1)]
)


@sizes
def test_each_epoch_visits_every_example_once(n, batch, epochs):
    plan = np.asarray(lj.epoch_plan(jax.random.key(n), n, batch, epochs))
    per_epoch = -(-n // batch)
    assert plan.shape == (epochs * per_epoch, batch)
    for epoch in plan.reshape(epochs, -1):
        assert sorted(epoch[epoch >= 0]) == list(range(n))
        # padding only at the end of the epoch, so that one batch is short and no more
        assert (epoch[:n] >= 0).all()
        assert (epoch[n:] == -1).all()


@sizes
def test_drop_last_drops_the_short_batch(n, batch, epochs):
    plan = np.asarray(lj.epoch_plan(jax.random.key(n), n, batch, epochs, drop_last=True))
    assert plan.shape == (epochs * (n // batch), batch)
    for epoch in plan.reshape(epochs, -1):
        assert len(set(epoch)) == n // batch * batch
        assert epoch.min() >= 0


def test_the_order_is_new_in_each_epoch_and_the_same_for_the_same_key():
    plan = lj.epoch_plan(jax.random.key(1), 100, 100, 2)
    assert (plan[0] != plan[1]).any()
    np.testing.assert_array_equal(plan, lj.epoch_plan(jax.random.key(1), 100, 100, 2))


def test_without_a_key_the_order_is_the_datas():
    np.testing.assert_array_equal(lj.epoch_plan(None, 5, 2, 1), [[0, 1], [2, 3], [4, -1]])


def test_a_full_batch_plan_has_every_example_in_every_step():
    np.testing.assert_array_equal(lj.full_batch_plan(3, 2), [[0, 1, 2], [0, 1, 2]])
