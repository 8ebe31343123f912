"""What was found out about an array is not asked again, and is forgotten with the array."""

import gc
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import logreg_jax as lj
from logreg_jax import _remembered
from logreg_jax._checks import values
from logreg_jax._engine import centring
from logreg_jax._remembered import once_per_array

X, Y = np.float32([[1, 2], [3, 4], [5, 7], [0, 1]]), np.array([0, 1, 1, 0])


@pytest.fixture
def asked():
    """A question about arrays, and the arrays that it looked at."""
    looked_at = []

    @once_per_array
    def largest(array, *, times=1):
        looked_at.append(array)
        return times * float(array.max())

    return largest, looked_at


def test_an_array_is_looked_at_once(asked):
    largest, looked_at = asked
    one, other = jnp.arange(3.0), jnp.arange(5.0)
    assert [largest(one), largest(other), largest(one), largest(other)] == [2.0, 4.0, 2.0, 4.0]
    assert len(looked_at) == 2


def test_equal_arrays_are_two(asked):
    largest, looked_at = asked
    largest(jnp.arange(3.0)), largest(jnp.arange(3.0))
    assert len(looked_at) == 2


def test_another_choice_of_options_is_another_question(asked):
    largest, looked_at = asked
    array = jnp.arange(3.0)
    assert [largest(array), largest(array, times=2), largest(array, times=2)] == [2.0, 4.0, 4.0]
    assert len(looked_at) == 2


def test_an_array_that_is_gone_is_forgotten():
    largest = once_per_array(lambda array: float(array.max()))
    array = jnp.arange(3.0)
    largest(array)
    identity = id(array)
    assert identity in _remembered._known
    del array
    gc.collect()
    assert identity not in _remembered._known


@pytest.fixture
def passes(monkeypatch):
    """The arrays whose values a check has read."""
    read = []
    look = values._finite_sum
    monkeypatch.setattr(values, "_finite_sum", lambda array: read.append(array) or look(array))
    return read


def train(x, y):
    return lj.fit_full_batch(lj.logistic, lj.Optax(0.1, optax.sgd), lj.init(2), lj.Batch(x, y), 2)


def test_the_values_of_an_array_on_the_device_are_checked_once(passes):
    x, y = jax.device_put((X, Y))
    train(x, y), train(x, y)
    assert len(passes) == 1


def test_the_values_of_an_array_of_numpy_are_checked_each_time(passes):
    x = X.copy()
    train(x, Y)
    x[2, 1] = np.nan
    with pytest.raises(ValueError, match=r"x\[2, 1\] = nan"):
        train(x, Y)


def test_a_bad_array_is_refused_each_time():
    x = jax.device_put(X).at[0, 0].set(jnp.inf)
    for _ in range(2):
        with pytest.raises(ValueError, match=r"x\[0, 0\] = inf"):
            train(x, Y)


def test_labels_that_were_right_for_four_classes_are_wrong_for_three():
    x, y = jax.device_put((X, np.array([0, 1, 2, 3])))
    lj.loss(lj.softmax, lj.init(2, 4), lj.Batch(x, y))
    with pytest.raises(ValueError, match="class labels 0 to 2"):
        lj.loss(lj.softmax, lj.init(2, 3), lj.Batch(x, y))


def test_x_that_a_jitted_function_closes_over_is_not_copied_to_be_centred(monkeypatch):
    x, y = jax.device_put((X, Y))
    centred = []
    centre = lambda array: centred.append(centring.centre(array)) or centred[-1]
    monkeypatch.setattr("logreg_jax.solving.centre", centre)

    @jax.jit
    def solve(l2):
        model = replace(lj.logistic, l2=l2)
        return lj.solve(model, lj.Newton(), lj.init(2), lj.Batch(x, y)).params.weights

    expected = lj.solve(replace(lj.logistic, l2=0.1), lj.Newton(), lj.init(2), lj.Batch(X, Y))
    np.testing.assert_allclose(solve(0.1), expected.params.weights, rtol=1e-5)
    assert centred[-1][0] is x
