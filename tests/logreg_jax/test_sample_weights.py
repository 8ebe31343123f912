"""Class weights become the sample weights that scikit-learn gives."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.utils.class_weight import compute_sample_weight

import logreg_jax as lj

Y = np.array([0, 2, 2, 1, 2, 0, 2], "int32")


def test_balanced_is_scikit_learns():
    np.testing.assert_allclose(
        lj.sample_weights("balanced", Y), compute_sample_weight("balanced", Y), rtol=1e-6
    )


def test_an_array_has_the_weight_of_each_class():
    np.testing.assert_array_equal(lj.sample_weights([1.0, 2.0, 3.0], Y), [1, 3, 3, 2, 3, 1, 3])


@pytest.mark.parametrize(
    "weights", [{0: 1.0, 1: 2.0, 2: 3.0}, {1: 5}, {2: 0.5, 0: 2}, {}, {2: 0, 9: 1, 0: 1, 1: 1}]
)
def test_a_dictionary_is_scikit_learns(weights):
    theirs = compute_sample_weight(weights, Y)
    np.testing.assert_allclose(lj.sample_weights(weights, Y), theirs, rtol=1e-6)


def test_solve_with_balanced_classes_is_scikit_learns(make_batch, close):
    """C weighs the sum of the losses: C = 1 / (sum of weights * l2)."""
    _, data = make_batch(lj.logistic, n=200)
    y = (data.x[:, 0] > 1).astype("int32")
    weight = lj.sample_weights("balanced", y)
    model = replace(lj.logistic, l2=0.01)
    ours = lj.solve(model, lj.Newton(), lj.init(5), lj.Batch(data.x, y, weight), tol=1e-8).params
    theirs = LogisticRegression(
        C=1 / (float(weight.sum()) * 0.01), class_weight="balanced", tol=1e-8
    )
    theirs.fit(data.x, y)
    close(ours.weights, theirs.coef_, scale=20)
    close(ours.bias, theirs.intercept_, scale=20)


@pytest.mark.parametrize(
    ("class_weight", "y", "kind", "message"),
    [
        ("equal", Y, ValueError, "class_weight='equal'"),
        ([1.0, 2.0], Y, ValueError, "labels from 0 to 2"),
        ([1.0, 2.0], Y - 1, ValueError, "labels from -1 to 1"),
        ("balanced", Y / 1, TypeError, "y of dtype float"),
    ],
)
def test_anything_else_is_refused(class_weight, y, kind, message):
    with pytest.raises(kind, match=message):
        lj.sample_weights(class_weight, y)
