"""Penalties that are no finite numbers from zero, or no single number where one belongs."""

import jax.numpy as jnp
import numpy as np
import pytest

from .bad_calls import check, ids, lj

SINGLE = ("loss", "step", "fit", "fit_full_batch", "solve", "certificate")
MANY = ("sweep", "sweep_full_batch", "solve_many", "solve_path", "cross_validate", "evaluate")
BAD = [
    (-0.1, "=-0.1; expected no negative"),
    (np.float32(-1), "=-1.0; expected no negative"),
    (np.inf, "=inf; expected a finite"),
    (np.nan, "=nan; expected a finite"),
    (jnp.nan * jnp.ones(()), "=nan; expected a finite"),
    (None, "=None; expected a number"),
    (True, "=True; expected a number"),
    ("0.1", "='0.1'; expected an array"),
    (1j, "=1j; expected an array"),
    ({}, " of type dict"),
]
CASES = [
    *(
        (name, {which: value}, which + got)
        for name in SINGLE
        for which in ("l2", "l1")
        for value, got in BAD
    ),
    *((name, {"l2": [0.1, 0.2]}, "l2 of shape (2,)") for name in SINGLE),
    *((name, {"l2": np.ones((1, 1))}, "l2 of shape (1, 1)") for name in SINGLE),
    *(
        (name, {"l2": np.array([0.1, value])}, got)
        for name in MANY
        for value, got in [(-1, "no negative"), (np.inf, "finite"), (np.nan, "finite")]
    ),
    *((name, {"l2": 1e-60}, "l2=1e-60") for name in SINGLE if name != "certificate"),
    ("fit", {"l2": 1e60}, "l2=1e+60"),
    ("fit", {"l2": 2**70}, "l2 of dtype object"),
    ("sweep", {"l2": [0.1, 1e-60]}, "l2=1e-60"),
    ("sweep", {"l2": np.ones((2, 2))}, "a hyperparameter of shape (2, 2)"),
    ("sweep", {"l2": [0.1, 0.2, 0.3]}, "different numbers of models"),
    ("evaluate", {"l2": [0.1, 0.2, 0.3]}, "different numbers of models"),
    ("solve_path", {"l2": 0.1}, "penalties of shapes () and ()"),
    ("solve_path", {"l1": [0.1, 0.2, 0.3]}, "a solver that supports it"),
    ("solve_many", {"l2": 0.1}, "arrays of one model"),
]


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_bad_penalties_are_refused(case):
    check(*case)


def test_a_grid_holds_what_it_was_given():
    for values, got in [
        ([1e-60], "l2=1e-60"),
        ([1.0, 1e60], "l2=1e+60"),
        ([2**40], "l2 from 1099511627776 to 1099511627776"),
        ([], "l2 of shape (0,)"),
        (0.1, "l2 of shape ()"),
        ([[0.1]], "l2 of shape (1, 1)"),
        ([0.1, "b"], "l2 of dtype <U32"),
        ([0.1, None], "l2 of dtype object"),
        ({0.1, 0.2}, "l2 of type set"),
    ]:
        check("grid", {"values": values}, got)
    assert lj.grid(l2=[0.0, 1e-30])["l2"].tolist() == pytest.approx([0.0, 1e-30])
