"""Features, targets and sample weights that a call refuses, in every function that takes them."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from .bad_calls import BINARY, LABELS, REAL, X, check, ids, lj

LOGISTIC = {"model": lj.logistic, "params": lj.init(2)}
LINEAR = {"model": lj.linear, "params": lj.init(2)}
TAKE_EXAMPLES = ("loss", "accuracy", "log_loss", "step", "fit", "fit_full_batch", "solve")
ALL_EXAMPLES = (*TAKE_EXAMPLES, "evaluate", "best", "sweep", "solve_many", "solve_path")
TRAINING = ("fit", "fit_full_batch", "sweep", "sweep_full_batch", "solve", "solve_path")


def with_entry(array, value):
    """A copy with another fourth entry or row."""
    changed = np.array(array, np.int64 if array.dtype.kind == "i" else array.dtype)
    changed[3] = value
    return changed


class Sparse:
    """Like an array of SciPy."""

    shape, dtype = (6, 2), np.dtype("float32")

    def toarray(self):
        return X


class OnAnotherDevice:
    """Like a tensor of PyTorch on a GPU."""

    shape, dtype = (6, 2), "torch.float32"

    def __array__(self, dtype=None, copy=None):
        raise TypeError("can't convert a CUDA tensor")


LABELS_OUT_OF_RANGE = [
    (name, {"y": y}, got)
    for name in ALL_EXAMPLES
    for y, got in [
        (LABELS + 1, "y[2] = 3"),
        (LABELS - 1, "y[0] = -1"),
        (with_entry(LABELS, 2**32), "y with integers from 0 to 4294967296"),
        (LABELS / 1, "y of dtype float64"),
    ]
] + [
    (name, {**LOGISTIC, "y": y}, got)
    for name in TAKE_EXAMPLES
    for y, got in [
        (2 * BINARY - 1, "y[0] = -1"),
        (BINARY / 2, "y[1] = 0.5"),
        (np.where(BINARY, np.nan, 0), "y[1] = nan"),
        (with_entry(BINARY, -(2**32)), "y with integers from -4294967296 to 1"),
    ]
]
WEIGHTS = [
    *(
        (name, {"weight": with_entry(REAL, -1)}, "weights from -1.0 to 1.0")
        for name in ALL_EXAMPLES
    ),
    *((name, {"weight": with_entry(REAL, np.nan)}, "weight[3] = nan") for name in ALL_EXAMPLES),
    *((name, {"weight": with_entry(REAL, np.inf)}, "weight[3] = inf") for name in ALL_EXAMPLES),
    *((name, {"weight": REAL * 0}, "weights from 0.0 to 0.0") for name in TRAINING),
    ("fit", {"weight": np.full(6, 1e-60)}, "weight=1e-60"),
    ("fit", {"weight": np.full(6, 1e60)}, "weight=1e+60"),
    ("fit", {"weight": REAL[:5]}, "5 entries in weight"),
    ("fit", {"weight": REAL[:, None]}, "weight of shape (6, 1)"),
    ("fit", {"weight": ["a"] * 6}, "weight of dtype <U1"),
]
FEATURES = [
    *((name, {"x": with_entry(X, np.nan)}, "x[3, 0] = nan (2 such entries)") for name in TRAINING),
    ("fit", {"x": with_entry(X, -np.inf)}, "x[3, 0] = -inf"),
    *(
        (name, {"x": x}, got)
        for name in ("fit", "predict", "score", "loss", "solve", "sweep", "certificate")
        for x, got in [
            (X.tolist(), "x of type list"),
            (X[0], "x of shape (2,)"),
            (X[:, :1], "x of shape (6, 1)"),
            (X.astype("float16"), "x of dtype float16"),
            (X.astype("int32"), "x of dtype int32"),
            (X > 0, "x of dtype bool"),
            (X.astype(object), "x of dtype object"),
            (X.astype(str), "x of dtype <U"),
            (X.astype("datetime64[s]"), "x of dtype datetime64[s]"),
            (X.astype("complex64"), "x of dtype complex64"),
            (np.ma.masked_less(X, 0), "x as a masked array"),
            (jax.random.split(jax.random.key(0), 6), "x of dtype key<fry>"),
            (Sparse(), "x of type Sparse"),
            (OnAnotherDevice(), "x of type OnAnotherDevice that NumPy cannot convert"),
        ]
        if not (name in ("sweep", "certificate") and "float16" in got)
    ),
    ("fit", {"x": X[:0], "y": LABELS[:0]}, "x of shape (0, 2)"),
    ("score", {"x": np.longdouble(X)}, "x of dtype"),
]
TARGETS = [
    *(
        ("fit", {"y": y}, got)
        for y, got in [
            (LABELS[:4], "4 entries in y"),
            (LABELS[:, None], "y of shape (6, 1)"),
            (np.eye(3)[LABELS].astype(int), "y of shape (6, 3)"),
            (list("abcabc"), "y of dtype <U1"),
            ([[0], [1, 2]], "y of type list that NumPy cannot convert"),
            ([0, 1, 2, 0, 1, 2**70], "y of dtype object"),
            (np.ma.masked_equal(LABELS, 1), "y as a masked array"),
            (LABELS.astype("datetime64[D]"), "y of dtype datetime64"),
            (2, "y of shape ()"),
        ]
    ),
    ("fit", {**LINEAR, "y": with_entry(REAL, np.nan)}, "y[3] = nan"),
    (
        "fit",
        {**LINEAR, "y": 1.7e9 + np.arange(6)},
        "numbers from 1700000000.0 to 1700000005.0 in y",
    ),
    (
        "fit",
        {**LINEAR, "y": 2**40 + np.arange(6)},
        "numbers from 1099511627776.0 to 1099511627781.0",
    ),
    ("fit", {**LINEAR, "y": jnp.arange(6) + 2**30}, "numbers from 1073741824.0 to 1073741829.0"),
    ("r2", {"y": with_entry(REAL, np.inf)}, "y[3] = inf"),
    ("fit", {**LINEAR, "params": lj.init(2, 2), "y": REAL}, "y of shape (6,)"),
    ("fit", {"data": (X, LABELS)}, "data of type tuple"),
    ("loss", {"batch": {"x": X}}, "data of type dict"),
]
CASES = [*LABELS_OUT_OF_RANGE, *WEIGHTS, *FEATURES, *TARGETS]


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_bad_data_is_refused(case):
    check(*case)


def test_labels_of_each_model_are_checked():
    labels = np.stack([LABELS, LABELS + 1])
    for name in ("evaluate", "best", "sweep", "sweep_full_batch", "solve_many"):
        check(name, {"y": labels}, "y[1, 2] = 3")
