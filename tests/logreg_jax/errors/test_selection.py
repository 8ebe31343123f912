"""Folds, metrics and class weights that are refused."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.model_selection import GroupKFold, LeaveOneGroupOut

from .bad_calls import GOOD, LABELS, MANY, X, check, fault, ids, lj

ROWS = np.arange(6)
MASKS = GOOD["held_out"]
FOLDS = [
    ("cross_validate", {"held_out": folds}, got)
    for folds, got in [
        (5, "folds of dtype int64"),
        (ROWS, "folds of dtype int64"),
        (ROWS.reshape(3, 2), "folds of dtype int64"),
        (MASKS.astype(int), "folds of dtype int64"),
        (MASKS.astype("float32"), "folds of dtype float32"),
        (MASKS[0], "folds of shape (6,)"),
        (MASKS[:, :5], "folds of shape (3, 5)"),
        (MASKS[:0], "folds of shape (0, 6)"),
        (MASKS & False, "fold 0 that holds out 0 of 6 examples"),
        (MASKS | True, "fold 0 that holds out 6 of 6 examples"),
        ("KFold", "folds='KFold'"),
        ({"train": ROWS}, "folds of type dict"),
        ([], "folds of dtype float64"),
        (iter([]), "no folds"),
        ([(ROWS[:3], ROWS[3:] + 1)], "fold 0 with indices from 4 to 6"),
        ([(ROWS[:3] - 1, ROWS[3:])], "fold 0 with indices from -1 to 1"),
        ([(ROWS[:4], ROWS[3:])], "fold 0, which trains on 1 of its held-out examples"),
        ([(ROWS[[0, 0]], ROWS[3:])], "fold 0 with index 0 2 times"),
        ([(ROWS[:3] / 1, ROWS[3:])], "fold 0 with a part of shape (3,) and dtype float64"),
        ([(ROWS[:3], ROWS[3:3])], "fold 0 that holds out 0 of 6 examples"),
        (iter([ROWS]), "fold 0 of type ndarray"),
        (GroupKFold(3), "GroupKFold, which raised ValueError"),
        (LeaveOneGroupOut(), "LeaveOneGroupOut"),
    ]
]
METRICS = [
    *(
        (name, {"metric": metric, **more}, got)
        for name, more in (("evaluate", {}), ("best", {"greater_is_better": True}))
        for metric, got in [
            ("accuracy", "metric='accuracy'"),
            (None, "metric=None"),
            (lambda m, p, b: float(lj.loss(m, p, b)), "which raised ConcretizationTypeError"),
            (
                lambda m, p, b: np.asarray(lj.score(p, b.x)).mean(),
                "which raised TracerArrayConversion",
            ),
            (lambda m, p, b: lj.score(p, b.x), "returned shape (6, 3) for each model"),
            (lambda m, p, b: None, "the metric <lambda>, which returned type NoneType"),
            (lj.r2, "softmax, whose target is multiclass, in r2"),
        ]
    ),
    *(
        (name, {"model": lj.linear, "params": lj.init(2), "batch": lj.Batch(X, X[:, 0])}, name)
        for name in ("accuracy", "log_loss")
    ),
    *((name, {"model": lj.softmax}, f"in {name}") for name in ("r2", "mean_squared_error")),
    ("best", {"metric": lambda m, p, b: lj.loss(m, p, b)}, "without greater_is_better"),
    ("best", {"greater_is_better": "yes"}, "greater_is_better='yes'"),
    ("best", {"sweep": MANY}, "sweep of type Params"),
    ("best", {"sweep": lj.Sweep({}, GOOD["params"], None, X)}, "arrays of one model"),
    (
        "best",
        {"sweep": lj.Sweep({}, lj.Params(*(p * np.nan for p in MANY)), None, X)},
        "NaN from all",
    ),
    ("evaluate", {"params": GOOD["params"]}, "arrays of one model"),
    ("evaluate", {"y": np.stack([LABELS] * 3)}, "different numbers of models"),
]
CLASS_WEIGHTS = [
    ("sample_weights", {"class_weight": weight, **more}, got)
    for weight, more, got in [
        ("equal", {}, "class_weight='equal'"),
        ([1.0, 2.0], {}, "class weights of shape (2,)"),
        ([1.0, 2.0, -1.0], {}, "class weights from -1.0 to 2.0"),
        ([1.0, 2.0, np.nan], {}, "class weights from nan to nan"),
        ([1.0, 2.0, np.inf], {}, "class weights from 1.0 to inf"),
        ([[1.0, 2.0, 3.0]], {}, "class weights of shape (1, 3)"),
        ({0: 1.0, 7: 2.0}, {}, "class_weight with the key 7"),
        ({"0": 1.0}, {}, "class_weight with the key '0'"),
        ({0: -1.0}, {}, "class weights from -1.0 to 1.0"),
        ({0: "1"}, {}, "class_weight[0]='1'"),
        ({0: [1.0, 2.0]}, {}, "class_weight[0] of shape (2,)"),
        (None, {}, "class_weight=None"),
        ("balanced", {"y": LABELS / 1}, "y of dtype float64"),
        ("balanced", {"y": LABELS - 1}, "labels from -1"),
        ("balanced", {"y": LABELS[:0]}, "no labels"),
        ("balanced", {"y": LABELS[:, None]}, "y of dtype int32 and shape (6, 1)"),
        ("balanced", {"y": list("abc")}, "y of dtype <U1"),
    ]
]


@pytest.mark.parametrize("case", [*FOLDS, *METRICS, *CLASS_WEIGHTS], ids=ids)
def test_bad_choices_are_refused(case):
    check(*case)


def test_a_metric_of_ones_own_may_raise_what_it_likes():
    """Its own errors are its own."""

    def picky(model, params, batch):
        raise KeyError("mine")

    assert "KeyError" in fault(lambda: lj.evaluate(lj.softmax, MANY, GOOD["batch"], picky))


def test_penalties_of_a_model_are_checked_in_a_choice():
    model = replace(lj.softmax, l2=jnp.array([0.1, jnp.nan]))
    check("best", {"model": model}, "l2=[0.1 nan]; expected a finite")
