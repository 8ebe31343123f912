"""Arrays of NumPy reach the device as copies, whatever JAX would share."""

import jax
import numpy as np
import pytest

import logreg_jax as lj
from logreg_jax._checks.arrays import put


@pytest.mark.parametrize("size", [16, 100_000])
def test_what_its_owner_does_to_an_array_afterwards_changes_nothing(size):
    memory = np.zeros(size + 16, "float32")
    start = -memory.ctypes.data // 4 % 16  # where JAX would share the memory
    array = memory[start : start + size]
    found = put(array)
    array[:] = 1
    assert not found.any()


def test_an_array_of_jax_is_taken_as_it_is():
    array = jax.numpy.ones(3)
    assert put(array) is array
    assert put(array, np.float32) is array


def test_arrays_of_any_byte_order_and_layout_are_taken(make_batch, close):
    params, (x, y, _) = make_batch(lj.softmax)
    expected = lj.loss(lj.softmax, params, lj.Batch(x, y))
    for features, labels in [
        (x.astype(">f4"), y.astype(">i4")),
        (np.asfortranarray(x), y.astype("uint64")),
        (np.repeat(x, 2, axis=0)[::2], y.tolist()),
    ]:
        close(lj.loss(lj.softmax, params, lj.Batch(features, labels)), expected)
