"""Every argument of every public function, with values of kinds that it does not take."""

import inspect

import jax.numpy as jnp
import numpy as np
import pytest

from .bad_calls import FUNCTIONS, GOOD, LABELS, SGD, X, call, fault, lj

PARAMS, DATA = GOOD["params"], GOOD["data"]
KINDS = {
    "None": None,
    "a word": "softmax",
    "a number": 1.5,
    "a pair": (X, LABELS),
    "a dictionary": {"x": X, "y": LABELS},
    "an object": object(),
    "a class": lj.LBFGS,
    "a function": lj.fit,
    "a model": lj.softmax,
    "a solver": SGD,
    "parameters": PARAMS,
    "examples": DATA,
    "a Solution": lj.Solution(PARAMS, 0.0, 0.0, 0, 0),
    "names": np.array(["a", "b"]),
    "objects": np.array([None, {}]),
    "dates": np.array(["2020-01-01", "2021-01-01"], "datetime64[D]"),
    "complex numbers": np.ones((6, 2), "complex64"),
    "a masked array": np.ma.masked_less(X, 0),
    "an array": jnp.ones((4, 3, 2, 1)),
    "no numbers": np.zeros((0, 2), "float32"),
}
# What an argument does take.
TAKEN = {
    "model": {"a model"},
    "solver": {"a solver"},
    "params": {"parameters"},
    "data": {"examples"},
    "batch": {"examples"},
    "state": {"None"},
    "key": {"None"},
    "models_at_once": {"None"},
    "devices": {"None"},
    "greater_is_better": {"None"},
    "progress": {"a class", "a function"},
    "metric": {"a function"},
    "tol": {"a number"},
}
PAIRS = [
    (name, argument)
    for name in FUNCTIONS
    for argument in inspect.signature(getattr(lj, name)).parameters
]


# Those that compile for seconds are shown to work elsewhere.
SLOW = {"certificate", "cross_validate", "solve_many", "solve_path", "solve"}


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.long) if n in SLOW else n for n in FUNCTIONS]
)
def test_good_arguments_are_good(name):
    call(name)


@pytest.mark.parametrize(("name", "argument"), PAIRS, ids=lambda value: value)
def test_values_of_other_kinds_are_refused(name, argument):
    wrong = {}
    for kind, value in KINDS.items():
        if kind not in TAKEN.get(argument, ()):
            wrong[kind] = fault(lambda value=value: call(name, **{argument: value}))
    assert {kind: what for kind, what in wrong.items() if what} == {}


def test_many_calls_are_tried():
    """More than the 250 that were asked for."""
    assert len(PAIRS) * len(KINDS) - sum(map(len, TAKEN.values())) * len(FUNCTIONS) > 250
