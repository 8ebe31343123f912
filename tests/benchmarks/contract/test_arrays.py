"""The properties of a task's arrays; `kinds/test_arrays.py` shows how they are built."""

import numpy as np
import pytest

from benchmarks.contract import Arrays

PADDED = np.array([[0, 1], [2, -1]], np.int32)
FULL = np.array([[0, 1], [2, 0]], np.int32)


def arrays(**fields):
    x, y = np.zeros((3, 4), np.float32), np.zeros(3, np.int32)
    start = {"weights": np.zeros((1, 4), np.float32), "bias": np.zeros(1, np.float32)}
    return Arrays(**{"x": x, "y": y, **start, "plan": None, "steps": 2, **fields})


@pytest.mark.parametrize(("plan", "padded"), [(None, False), (FULL, False), (PADDED, True)])
def test_a_plan_with_a_short_batch_has_padding(plan, padded):
    assert arrays(plan=plan).has_padding is padded


@pytest.mark.parametrize(
    ("fields", "models"),
    [
        ({}, 1),
        ({"learning_rate": np.ones(5, np.float32)}, 5),
        ({"l2": np.ones(7, np.float32)}, 7),  # a solve has no learning rate
    ],
)
def test_each_model_has_a_learning_rate_or_a_penalty(fields, models):
    assert arrays(**fields).models == models


def test_padding_is_no_example_and_each_model_sees_all():
    assert arrays(plan=PADDED).examples_seen() == 3
    assert arrays(plan=FULL, learning_rate=np.ones(5, np.float32)).examples_seen() == 20
    assert arrays(learning_rate=np.ones(5, np.float32)).examples_seen() == 30


def test_the_first_steps_keep_their_batches():
    first = arrays(plan=PADDED).first(1)
    assert first.steps == 1
    assert [rows.tolist() for rows in first.batches()] == [[0, 1]]


@pytest.mark.parametrize("plan", [None, PADDED])
def test_another_order_has_the_same_examples_in_each_step(plan):
    x, y = np.arange(12, dtype=np.float32).reshape(3, 4), np.arange(3, dtype=np.int32)
    weight = np.arange(6, dtype=np.float32).reshape(2, 3)
    given = arrays(x=x, y=y, sample_weight=weight, plan=plan)
    assert given.in_order(0) is given
    orders = [given.in_order(order) for order in range(1, 8)]
    for other in orders:
        if plan is None:
            rows = np.argsort(other.y)
            np.testing.assert_array_equal(other.x[rows], x)
            np.testing.assert_array_equal(other.sample_weight[:, rows], weight)
        else:
            np.testing.assert_array_equal(np.sort(other.plan), np.sort(plan))
            assert other.x is x
    found = [other.y if plan is None else other.plan for other in orders]
    assert any((other != found[0]).any() for other in found)
    again = given.in_order(1)
    for one, other in zip(again, orders[0], strict=True):
        np.testing.assert_array_equal(one, other)
