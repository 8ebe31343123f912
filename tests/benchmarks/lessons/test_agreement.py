"""A verdict says whether values agree, and where they first differ."""

import pytest

from benchmarks.lessons.agreement import comparisons, verdict
from tests.benchmarks.lessons.traced import as_printed


def test_values_as_printed_agree():
    traced = as_printed("six_points", "numpy_float64", "jax_scan")
    assert verdict(traced) == "the printed digits; implementations agree to 15 digits"
    assert all(c.agrees for c in comparisons(traced))


def test_a_difference_from_the_printed_figure_is_found_where_it_begins():
    traced = as_printed("six_points", "numpy_float64", "jax_scan")
    traced.values["jax_scan"][0][3] += 0.01  # the loss at step 301
    assert verdict(traced) == (
        "differs: first from the printed figure at step 301, loss, by 1.0e-02"
    )


def test_implementations_that_differ_are_found_where_nothing_was_printed():
    traced = as_printed("linear_keras", "numpy_float64", "jax_scan")
    assert verdict(traced) == "similar to the tutorial; implementations agree to 15 digits"
    traced.values["jax_scan"][0][4] += 0.01
    assert verdict(traced) == "differs: first from each other at epoch 5, epoch loss, by 1.0e-02"


def test_a_common_value_must_be_the_printed_one():
    traced = as_printed("six_points", "numpy_float64", "jax_scan")
    for values in traced.values.values():
        values[0][0] += 0.01
    assert verdict(traced) == "differs: first from the printed figure at step 1, loss, by 1.0e-02"


def test_accuracies_may_differ_by_the_examples_on_the_boundary():
    traced = as_printed("mnist_adam", "numpy_float64", "jax_scan")
    traced.values["jax_scan"][1][0] += 0.001
    assert "within the printed range" in verdict(traced)
    traced.values["jax_scan"][1][0] += 0.01
    assert verdict(traced).startswith("differs")


@pytest.mark.parametrize(("change", "digits"), [(1e-6, 6), (1e-12, 12)])
def test_the_digits_are_those_of_the_largest_relative_difference(change, digits):
    traced = as_printed("noisy_threshold", "numpy_float64", "jax_scan")
    loss = traced.values["jax_scan"][0]
    loss[2] *= 1 - 0.9 * change
    assert verdict(traced).endswith(f"; implementations agree to {digits} digits")


def test_a_value_that_is_not_reported_is_not_compared():
    traced = as_printed("six_points", "numpy_float64", "keras_fit")
    traced.values["keras_fit"][0] = [None] * len(traced.values["keras_fit"][0])
    first = next(comparisons(traced))
    assert list(first.values) == ["numpy_float64"]
    assert verdict(traced).startswith("the printed digits")


def test_nothing_was_run():
    assert verdict(as_printed("six_points")) == "nothing was run"
