"""Plans, steps, starts, states and optimisers that a training refuses."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from .bad_calls import LABELS, REAL, SGD, X, check, fault, ids, lj

ADAM = lj.Optax(0.1, optax.adam)
PARAMS = lj.init(2, 3)
STEPPING = ("step", "fit", "fit_full_batch", "sweep_full_batch")
SIZES = [(0, "0"), (-5, "-5"), (2.5, "2.5"), (np.nan, "nan"), ("3", "'3'"), (True, "True")]
PLANS = [
    *(
        (name, {"plan": plan}, got)
        for name in ("fit", "sweep")
        for plan, got in [
            (np.array([[0.0]]), "plan of dtype float64"),
            (np.array([[True]]), "plan of dtype bool"),
            (np.array([[0, 6]]), "indices from 0 to 6"),
            (np.array([[-2, 0]]), "indices from -2 to 0"),
            (np.array([[0, 2**32]]), "plan with integers from 0 to 4294967296"),
            (np.array([[0], [-1]]), "a step that has only -1"),
            ([[0, 1], [2]], "plan of type list that NumPy cannot convert"),
            (iter([[0, 1]]), "plan of type list_iterator"),
        ]
    ),
    ("fit", {"plan": np.arange(2)}, "plan of shape (2,)"),
    ("fit", {"plan": np.zeros((0, 2), int)}, "plan of shape (0, 2)"),
    *(
        (n, {"steps": v}, f"steps={t}")
        for n in ("fit_full_batch", "sweep_full_batch")
        for v, t in SIZES
    ),
    ("fit_full_batch", {"steps": np.ones(2, int)}, "steps of shape (2,)"),
]
STARTS = [
    *(
        (name, {"params": params}, got)
        for name in (*STEPPING, "loss", "predict", "score", "accuracy", "solve", "certificate")
        for params, got in [
            ((X, LABELS), "params of type tuple"),
            (lj.Params(np.zeros((3, 2), "float32"), np.zeros(1, "float32")), "bias of shape (1,)"),
            (lj.Params(np.zeros((3, 2), int), np.zeros(3)), "weights of dtype int64"),
            (lj.Params(np.zeros((3, 2), "float32"), np.zeros(3, "float16")), "bias of dtype float16"),
            (lj.Params(np.zeros((3, 0), "float32"), np.zeros(3, "float32")), "weights of shape (3, 0)"),
        ]
    ),
    ("fit", {"params": lj.Params(np.zeros(2, "float32"), np.zeros(1, "float32"))}, "weights of shape"),
    ("fit", {"params": lj.Params(np.zeros((2, 3, 2), "float32"), np.zeros((2, 3), "float32"))}, "shape"),
    *((name, {"params": lj.init(2)}, "1 output") for name in (*STEPPING, "predict", "solve", "best")
      if name != "best"),
    *((name, {"model": lj.logistic}, "3 outputs") for name in (*STEPPING, "predict", "solve", "evaluate")),
    *((name, {"params": lj.Fit(PARAMS, None, REAL)}, "Pass its .params") for name in STEPPING),
    ("fit", {"params": lj.init(3, 3)}, "x of shape (6, 2)"),
]  # fmt: skip
STATES = [
    *((name, {"state": ADAM.init(PARAMS)}, "a state of structure") for name in ("step", "fit")),
    ("step", {"state": None}, "a state of structure"),
    ("fit", {"solver": ADAM, "state": ADAM.init(lj.init(3, 3))}, "has shape (3, 3)"),
    ("fit", {"solver": ADAM, "state": ADAM.init(lj.init(2, 3, dtype="float16"))}, "has dtype float16"),
    ("sweep", {"state": ADAM.init(PARAMS)}, "a state of one model"),
    ("sweep", {"state": jax.vmap(ADAM.init)(lj.Params(*(jnp.stack([p, p]) for p in PARAMS)))},
     "a state of structure"),
]  # fmt: skip


def made_with(rate=0.1, make=optax.sgd, **numbers):
    return lj.Optax(rate, make, numbers)


SOLVERS = [
    *(
        (name, {"solver": solver}, got)
        for name in ("step", "fit", "fit_full_batch")
        for solver, got in [
            (made_with(None), "learning_rate=None"),
            (made_with("0.1"), "learning_rate='0.1'"),
            (made_with(True), "learning_rate of dtype bool"),
            (made_with([0.1, 0.2]), "learning_rate of type list"),
            (made_with((0.1, 0.2)), "learning_rate of type tuple"),
            (made_with(np.array([0.1, 0.2], "float32")), "learning_rate of shape (2,)"),
            (made_with(optax.adam, 1e-3), "make=0.001"),
            (made_with(make=optax.adam(0.1)), "make of type GradientTransformation"),
            (made_with(make=abs), "abs(learning_rate)"),
            (made_with(make=optax.adam, b3=0.9), "adam(learning_rate, b3), which raised TypeError"),
            (made_with(nesterov=True, momentum=0.9), "nesterov"),
            (made_with(momentum="0.9"), "momentum='0.9'"),
            (made_with(momentum=np.ones(2, "float32")), "momentum of shape (2,)"),
            (lj.Optax(0.1, optax.sgd, 0.9), "hyperparameters"),
            (lj.Optax, "the class Optax as a solver"),
            (optax.sgd(0.1), "a solver of type GradientTransformation"),
            (lj.LBFGS(), "a solver of type LBFGS"),
        ]
    ),
    ("sweep", {"solver": SGD}, "arrays of one model"),
    ("sweep", {"solver": made_with([])}, "no models in solver.learning_rate"),
    ("sweep", {"solver": made_with([[0.1, 0.2]])}, "a hyperparameter of shape (1, 2)"),
    ("sweep", {"solver": made_with([0.1, None])}, "learning_rate of dtype object"),
    ("sweep", {"models_at_once": 0}, "models_at_once=0"),
    ("sweep", {"models_at_once": 1.5}, "models_at_once=1.5"),
    ("sweep", {"devices": []}, "devices=[]"),
    ("sweep", {"devices": jax.devices()[0]}, "devices="),
    ("sweep", {"progress": 1}, "progress=1"),
    *(
        (name, {"check_values": "no"}, "check_values='no'")
        for name in ("fit", "sweep", "solve_many")
    ),
]


@pytest.mark.parametrize("case", [*PLANS, *STARTS, *STATES, *SOLVERS], ids=ids)
def test_bad_trainings_are_refused(case):
    check(*case)


class Unregistered:
    """A solver that is no pytree."""

    def init(self, params):
        return ()

    def step(self, objective, params, state, batch):
        return params, state, objective(params, batch)


def test_a_solver_of_ones_own_is_a_pytree():
    check("fit", {"solver": Unregistered()}, "a solver of type Unregistered; expected a pytree")


@pytest.mark.parametrize(
    ("call", "got"),
    [
        (lambda: lj.epoch_plan(42, 6, 2, 1), "key=42"),
        (lambda: lj.epoch_plan(jax.random.split(jax.random.key(0)), 6, 2, 1), "keys of shape (2,)"),
        (lambda: lj.epoch_plan(np.zeros(2), 6, 2, 1), "keys of shape (2,) and dtype float64"),
        (lambda: lj.epoch_plan(None, 6, 2, 1, drop_last="yes"), "drop_last='yes'"),
        (lambda: lj.epoch_plan(None, X, 2, 1), "num_examples of shape (6, 2)"),
        (lambda: lj.epoch_plan(None, 6, 7, 1), "batch_size=7"),
        (lambda: lj.full_batch_plan(6, 0), "steps=0"),
        (lambda: lj.k_folds(42, 6, 3), "key=42"),
        (lambda: lj.k_folds(None, 6, 7), "num_folds=7"),
        (lambda: lj.init(2, dtype=int), "dtype='int64'"),
        (lambda: lj.init(2, dtype="complex64"), "complex64"),
        (lambda: lj.init(2, dtype="float99"), "dtype='float99'"),
        (lambda: lj.init(2, dtype="float64"), "dtype float64 while JAX's 64-bit types are off"),
        (lambda: lj.init(X), "num_features of shape (6, 2)"),
    ],
)
def test_bad_sizes_and_keys_are_refused(call, got):
    assert (wrong := fault(call, got)) is None, wrong
