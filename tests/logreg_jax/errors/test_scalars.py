"""Sizes under the user's own `jit`, where a program of another size would be needed for each."""

import jax

from .bad_calls import GOOD, SGD, fault, lj


def test_numbers_that_python_needs_say_so():
    for call, name in [
        (lambda n: lj.fit_full_batch(lj.softmax, SGD, GOOD["params"], GOOD["data"], n), "steps"),
        (lambda n: lj.k_folds(None, n, 3), "num_examples"),
        (lambda n: lj.epoch_plan(None, 60, n, 1), "batch_size"),
        (lambda n: lj.init(n), "num_features"),
    ]:
        got = f"a traced {name}; expected an integer known to Python"
        assert (wrong := fault(lambda call=call: jax.jit(call)(3), got)) is None, wrong
