"""Tolerances, step limits, dtypes and solvers that a solve refuses."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import optax
import pytest

from .bad_calls import LABELS, REAL, SGD, X, check, ids, lj

SOLVES = ("solve", "solve_path", "solve_many", "cross_validate")
ARGUMENTS = [
    *(
        (name, {"tol": tol}, got)
        for name in SOLVES
        for tol, got in [
            (0, "tol=0"),
            (-1e-6, "tol=-1e-06"),
            (np.inf, "tol=inf"),
            (np.nan, "tol=nan"),
            ("1e-6", "tol='1e-6'"),
            (None, "tol=None"),
            (True, "tol=True"),
            (1j, "tol=1j"),
            (np.array([1e-6, 1e-3]), "tol of shape (2,)"),
        ]
    ),
    *(
        (name, {"max_steps": steps}, got)
        for name in SOLVES
        for steps, got in [
            (-5, "max_steps=-5"),
            (2.5, "max_steps=2.5"),
            (np.nan, "max_steps=nan"),
            (2**31, "max_steps=2147483648"),
            ("10", "max_steps='10'"),
            (None, "max_steps=None"),
            (np.array([1, 2]), "max_steps of shape (2,)"),
        ]
    ),
]
SOLVERS = [
    *(
        (name, {"solver": solver}, got)
        for name in SOLVES
        for solver, got in [
            (SGD, "a solver of type Optax"),
            (lj.LBFGS, "the class LBFGS as a solver"),
            (optax.lbfgs(), "a solver of type GradientTransformation"),
            ("lbfgs", "a solver='lbfgs'"),
            (lj.LBFGS(fraction=np.nan), "fraction=nan"),
            (lj.LBFGS(fraction="0.5"), "fraction='0.5'"),
            (lj.NormalEquations(), "NormalEquations for softmax"),
            (lj.WorkingSet(), "WorkingSet for softmax"),
        ]
    ),
    *(
        ("solve", {"model": model, "params": params, "y": y, "solver": solver}, got)
        for model, params, y in [(lj.linear, lj.init(2), REAL)]
        for solver, got in [
            (lj.LBFGS(memory=0), "memory=0"),
            (lj.LBFGS(memory=2.5), "memory=2.5"),
            (lj.LBFGS(rows=-1), "rows=-1"),
            (lj.SubsampledNewton(rows=0), "rows=0"),
            (lj.Proximal(iterations=0), "iterations=0"),
            (lj.WorkingSet(size=0), "size=0"),
        ]
    ),
    *((name, {"l1": 0.1}, "LBFGS for softmax") for name in SOLVES if name != "solve_path"),
]
HALF = lj.Params(jnp.zeros((3, 2), "bfloat16"), jnp.zeros(3, "bfloat16"))
DTYPES = [
    *(
        (name, {"params": params, "x": X.astype(params.bias.dtype)}, "parameters of dtype")
        for name in SOLVES
        for params in (HALF, lj.init(2, 3, dtype="float16"))
    ),
    ("solve", {"params": lj.init(2, 3, dtype="float16")}, "parameters of dtype float16"),
]


@pytest.mark.parametrize("case", [*ARGUMENTS, *SOLVERS, *DTYPES], ids=ids)
def test_bad_solves_are_refused(case):
    check(*case)


def test_a_certificate_takes_concrete_numbers():
    check("certificate", {"l2": "0.1"}, "l2='0.1'")
    check("certificate", {"params": lj.Params(np.zeros((3, 2)), np.zeros(2))}, "bias of shape (2,)")
    check("certificate", {"data": (X, LABELS)}, "data of type tuple")


def own(**functions):
    return replace(lj.softmax, name="own", l2=0.1, **functions)


OWN = [
    ({"example_loss": lambda z, y: jnp.mean(z)}, "the example_loss of own, which returned ()"),
    ({"example_loss": lambda z, y: z}, "the example_loss of own, which returned (6, 3)"),
    ({"example_loss": lambda z, y: None}, "the example_loss of own, which returned nothing"),
    ({"example_loss": lambda z, y: (z[:, 0], y)}, "the example_loss of own"),
    ({"example_loss": lambda z, y: np.exp(z[:, 0])}, "which raised TracerArrayConversionError"),
    ({"example_loss": lambda z, y: z[:, 0] if z[0, 0] > 0 else y}, "TracerBoolConversionError"),
    ({"example_loss": lambda z: z[:, 0]}, "which raised TypeError when traced"),
    ({"example_loss": "cross_entropy"}, "example_loss='cross_entropy'"),
    ({"example_loss": [1]}, "example_loss of type list"),
    ({"inverse_link": None}, "inverse_link=None"),
    ({"conjugate": 1.0}, "conjugate=1.0"),
    ({"target": "ordinal"}, "own with target='ordinal'"),
    ({"target": None}, "own with target=None"),
    ({"curvature": 0.25}, "curvature=0.25"),
    ({"curvature": (1.0, 0.5)}, "curvature=(1.0, 0.5)"),
    ({"separable_below": "log 2"}, "separable_below='log 2'"),
]


@pytest.mark.parametrize("name", ["loss", "step", "fit", "solve", "log_loss", "certificate"])
def test_bad_models_of_ones_own_are_refused(name):
    for functions, got in OWN:
        check(name, {"model": own(**functions)}, got)


def test_a_bad_conjugate_is_refused():
    check(
        "solve",
        {"model": own(conjugate=lambda dual, y: dual)},
        "the conjugate of own, which returned",
    )


def test_bad_models_of_ones_own_are_refused_in_a_sweep():
    for functions, got in OWN[:7]:
        check("sweep", {"model": own(**functions)}, got)
