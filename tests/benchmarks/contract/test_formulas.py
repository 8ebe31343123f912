"""The formulas of many models agree with those of `numpy_float64`, which are written independently."""

import numpy as np
import pytest

from benchmarks.contract.formulas import losses_and_slopes, scores
from benchmarks.frameworks.numpy.numpy_float64 import loss_and_slope

MODELS, N, FEATURES = 3, 40, 5


@pytest.mark.parametrize("shared", [True, False], ids=["one x", "an x for each model"])
@pytest.mark.parametrize(("model", "outputs"), [("linear", 1), ("logistic", 1), ("softmax", 4)])
def test_losses_and_slopes_are_those_of_the_reference(model, outputs, shared):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((N, FEATURES) if shared else (MODELS, N, FEATURES))
    y = rng.standard_normal(N) if model == "linear" else rng.integers(max(outputs, 2), size=N)
    weights, bias = (
        rng.standard_normal((MODELS, outputs, FEATURES)),
        rng.standard_normal((MODELS, outputs)),
    )
    losses, slopes = losses_and_slopes(model, scores(x, weights, bias), y)
    assert losses.shape == (MODELS, N)
    for i in range(MODELS):
        loss, slope = loss_and_slope(model, weights[i], bias[i], x if shared else x[i], y)
        np.testing.assert_allclose(losses[i].mean(), loss, rtol=1e-12)
        np.testing.assert_allclose(slopes[i] / N, slope, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("model", ["logistic", "softmax"])
def test_large_scores_do_not_overflow(model):
    z = np.array([[[-1e4], [1e4]]]) if model == "logistic" else np.array([[[1e4, 0.0], [0.0, 1e4]]])
    with np.errstate(over="raise"):
        losses, slopes = losses_and_slopes(model, z, np.array([1, 1]))
    np.testing.assert_allclose(losses, [[1e4, 0.0]])
    assert np.isfinite(slopes).all()
