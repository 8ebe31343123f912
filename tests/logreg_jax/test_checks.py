"""Error messages say what was got, what was expected and what to do."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import logreg_jax as lj
from logreg_jax._checks.scalars import check_size
from logreg_jax._checks.solvers import check_full_batch_solver, check_solver

SGD = lj.Optax(0.1, optax.sgd)
X = np.ones((6, 2), "float32")
LABELS = np.array([0, 1, 2, 0, 1, 2], "int32")
BINARY = LABELS % 2
PLAN = np.array([[0, 1], [2, 3]])


def fit(model=lj.softmax, x=X, y=LABELS, weight=None, plan=PLAN, params=None, **options):
    params = params or lj.init(2, 3 if model is lj.softmax else 1)
    return lj.fit(model, SGD, params, lj.Batch(x, y, weight), plan, **options)


def bad(value, row=3, column=1):
    array = np.array(X)
    array[row, column] = value
    return array


CASES = {
    "x is a list": (lambda: fit(x=X.tolist()), TypeError, "x of type list"),
    "x is one row": (lambda: fit(x=X[0]), ValueError, r"x of shape \(2,\)"),
    "x is integer": (lambda: fit(x=X.astype("uint8")), TypeError, "x of dtype uint8"),
    "x is empty": (lambda: fit(x=X[:0], y=LABELS[:0]), ValueError, "at least one example"),
    "x has another width": (lambda: fit(x=X[:, :1]), ValueError, "2 features"),
    "x has another dtype": (lambda: fit(x=X.astype("float16")), TypeError, "dtype float32"),
    "x has a NaN": (lambda: fit(x=bad(np.nan)), ValueError, r"x\[3, 1\] = nan"),
    "x has an infinity": (lambda: fit(x=bad(-np.inf)), ValueError, r"x\[3, 1\] = -inf"),
    "y has another length": (lambda: fit(y=LABELS[:4]), ValueError, "4 entries in y"),
    "y is a column": (lambda: fit(y=LABELS[:, None]), ValueError, r"y of shape \(6, 1\)"),
    "softmax y is float": (lambda: fit(y=LABELS.astype("float32")), TypeError, "y of dtype float32"),
    "a label is too large": (lambda: fit(y=LABELS + 1), ValueError, r"y\[2\] = 3"),
    "a label is negative": (lambda: fit(y=LABELS - 1), ValueError, r"y\[0\] = -1"),
    "labels are -1 and 1": (lambda: fit(lj.logistic, y=2 * BINARY - 1), ValueError, r"y\[0\] = -1"),
    "a label is a half": (lambda: fit(lj.logistic, y=BINARY / 2), ValueError, r"y\[1\] = 0.5"),
    "y has a NaN": (lambda: fit(lj.linear, y=bad(np.nan)[:, 1]), ValueError, r"y\[3\] = nan"),
    "too many outputs": (
        lambda: fit(lj.logistic, y=BINARY, params=lj.init(2, 3)), ValueError, "3 outputs"),
    "weights are too few": (lambda: fit(weight=np.ones(5)), ValueError, "5 entries in weight"),
    "a weight is negative": (lambda: fit(weight=-np.ones(6)), ValueError, "none negative"),
    "all weights are zero": (lambda: fit(weight=np.zeros(6)), ValueError, "at least one positive"),
    "the plan is float": (lambda: fit(plan=PLAN / 1), TypeError, "plan of dtype"),
    "the plan is flat": (lambda: fit(plan=PLAN[0]), ValueError, r"plan of shape \(2,\)"),
    "the plan has no steps": (lambda: fit(plan=PLAN[:0]), ValueError, r"plan of shape \(0, 2\)"),
    "the plan leaves the data": (lambda: fit(plan=PLAN + 3), ValueError, "indices from 3 to 6"),
    "the plan is negative": (lambda: fit(plan=PLAN - 2), ValueError, "indices from -2 to 1"),
    "a step is empty": (lambda: fit(plan=np.array([[0], [-1]])), ValueError, "only -1"),
    "no epochs": (lambda: lj.epoch_plan(None, 6, 2, 0), ValueError, "epochs=0"),
    "half an epoch": (lambda: check_size("epochs", 0.5), TypeError, "epochs=0.5"),
    "no batch": (lambda: lj.epoch_plan(None, 6, 0, 1), ValueError, "batch_size=0"),
    "a batch beyond the data": (lambda: lj.epoch_plan(None, 6, 7, 1), ValueError, "batch_size=7"),
    "no features": (lambda: lj.init(0), ValueError, "num_features=0"),
    "no steps": (
        lambda: lj.fit_full_batch(lj.softmax, SGD, lj.init(2, 3), lj.Batch(X, LABELS), 0),
        ValueError, "steps=0"),
    "an optax object as solver": (
        lambda: check_solver(optax.adam(0.1)), TypeError, "GradientTransformation"),
    "a solver for all examples": (lambda: check_solver(lj.LBFGS()), TypeError, "type LBFGS"),
    "an optimiser for solving": (lambda: check_full_batch_solver(SGD), TypeError, "Optax"),
    "L-BFGS with l1": (
        lambda: lj.solve(replace(lj.logistic, l1=0.1), lj.LBFGS(), lj.init(2), lj.Batch(X, BINARY)),
        ValueError, "LBFGS for logistic with l2=0.0, l1=0.1"),
    "None for no penalty": (
        lambda: lj.solve(replace(lj.logistic, l2=None), lj.LBFGS(), lj.init(2), lj.Batch(X, BINARY)),
        TypeError, "l2=None"),
    "no tolerance": (
        lambda: lj.solve(lj.logistic, lj.LBFGS(), lj.init(2), lj.Batch(X, BINARY), tol=0),
        ValueError, "tol=0"),
    "one y for two outputs": (
        lambda: fit(lj.linear, y=BINARY / 1, params=lj.init(2, 2)), ValueError, r"y of shape \(6,\)"),
    "predicting from one row": (
        lambda: lj.predict(lj.logistic, lj.init(2), X[0]), ValueError, "rank 2"),
}  # fmt: skip


@pytest.mark.parametrize(("call", "kind", "got"), CASES.values(), ids=CASES.keys())
def test_the_message_says_got_expected_and_remedy(call, kind, got):
    with pytest.raises(kind, match=got) as caught:
        call()
    text = str(caught.value)
    assert "got " in text
    assert "; expected " in text
    assert text.rstrip().endswith((".", "check."))
    remedy = text.split("expected ", 1)[1].split(". ", 1)[1]
    assert len(remedy) > 10


@pytest.mark.parametrize(
    "options",
    [{"x": bad(np.nan)}, {"y": LABELS + 1}, {"plan": PLAN + 3}],
    ids=["NaN", "label", "index"],
)
def test_the_check_of_values_can_be_switched_off(options):
    assert fit(**options, check_values=False).losses.shape == (2,)


def test_a_huge_but_finite_x_passes():
    assert np.isfinite(fit(lj.logistic, x=bad(3e38) * 0 + np.float32(3e38), y=BINARY,
                           params=lj.init(2)).losses[0])  # fmt: skip


def test_shapes_are_still_checked_under_jit():
    with pytest.raises(ValueError, match="4 entries in y"):
        jax.jit(lambda y: fit(y=y).losses)(jnp.asarray(LABELS[:4]))


def test_boolean_labels_are_labels():
    assert fit(lj.logistic, y=BINARY.astype(bool)).losses.shape == (2,)
