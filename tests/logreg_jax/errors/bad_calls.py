"""How a bad call is made and judged: good arguments, of which a table changes some.

The other tests import the library with a check of every annotated type, which would stop a wrong type
before the library sees it. Here the library is the one that users import.
"""

import importlib
import inspect
import re
import sys
import traceback
from dataclasses import replace
from pathlib import Path

import numpy as np
import optax


def import_as_users_do():
    """A second copy of the library, beside the one whose annotated types are checked."""
    checked = {name: sys.modules.pop(name) for name in [*sys.modules] if is_ours(name)}
    try:
        return importlib.import_module("logreg_jax")
    finally:
        for name in [*filter(is_ours, sys.modules)]:
            del sys.modules[name]
        sys.modules.update(checked)


def is_ours(name):
    return name.split(".")[0] == "logreg_jax"


lj = import_as_users_do()
FOLDER = Path(lj.__file__).parent

X = np.linspace(-1, 1, 12, dtype="float32").reshape(6, 2)
LABELS = np.array([0, 1, 2, 0, 1, 2], "int32")
BINARY = LABELS % 2
REAL = np.linspace(0, 1, 6, dtype="float32")
SGD = lj.Optax(0.1, optax.sgd)
PENALTIES = np.array([0.1, 0.01], "float32")
MANY = lj.Params(np.zeros((2, 3, 2), "float32"), np.zeros((2, 3), "float32"))

# Good arguments by name, and those that single functions need in their place.
GOOD = {
    "model": lj.softmax,
    "solver": SGD,
    "params": lj.init(2, 3),
    "data": lj.Batch(X, LABELS),
    "batch": lj.Batch(X, LABELS),
    "x": X,
    "y": LABELS,
    "plan": np.array([[0, 1], [2, 3]]),
    "steps": 2,
    "metric": lj.log_loss,
    "held_out": np.eye(3, dtype=bool).repeat(2, axis=1),
    "key": None,
    "num_examples": 6,
    "num_features": 2,
    "batch_size": 2,
    "epochs": 1,
    "num_folds": 3,
    "class_weight": "balanced",
}
_SOLVE = {"solver": lj.LBFGS(), "model": replace(lj.softmax, l2=0.1)}
_PATH = {"solver": lj.LBFGS(), "model": replace(lj.softmax, l2=PENALTIES)}
_SWEEP = {"solver": lj.Optax(PENALTIES, optax.sgd)}
_LINEAR = {"model": lj.linear, "params": lj.init(2), "batch": lj.Batch(X, REAL)}
GOOD_FOR = {
    "step": {"state": SGD.init(lj.init(2, 3))},
    "solve": _SOLVE,
    "certificate": _SOLVE,
    "solve_path": _PATH,
    "solve_many": _PATH,
    "cross_validate": _PATH,
    "sweep": _SWEEP,
    "sweep_full_batch": _SWEEP,
    "evaluate": {"params": MANY},
    "best": {"sweep": lj.Sweep({}, MANY, None, np.zeros((2, 1), "float32"))},
    "mean_squared_error": _LINEAR,
    "r2": _LINEAR,
    "grid": {"values": {"l2": [0.1, 0.2]}},
}
FUNCTIONS = [name for name, value in vars(lj).items() if inspect.isfunction(value)]


def call(name, **changes):
    """A function of the library with good arguments but for the changes.

    A change may name an argument, or a field of one: `y` of the data, `l2` of the model.
    """
    function = getattr(lj, name)
    good = GOOD | GOOD_FOR.get(name, {})
    parameters = inspect.signature(function).parameters
    arguments = {p: good[p] for p in parameters if p in good}
    for key, value in changes.items():
        if name == "grid":
            arguments["values"] = {"l2": value}
        elif key in parameters:
            arguments[key] = value
        else:
            holder = next(p for p, argument in arguments.items() if hasattr(argument, key))
            arguments[holder] = _with_field(arguments[holder], key, value)
    return function(**arguments.pop("values", {}), **arguments)


def _with_field(holder, key, value):
    if isinstance(holder, tuple):
        return holder._replace(**{key: value})
    return replace(holder, **{key: value})


def fault(bad_call, got=""):
    """What is wrong with the answer to a bad call; None if the library refuses it as it should.

    Args:
        bad_call: a function without arguments.
        got: a part of the message.
    """
    try:
        found = bad_call()
    except (TypeError, ValueError) as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        if not Path(frame.filename).is_relative_to(FOLDER):
            return f"{type(error).__name__} in {frame.filename}: {error}"
        if not re.fullmatch(r"got .+; expected .+\. [A-Z].{10,}\.", str(error), re.DOTALL):
            return f"a message of another form: {error}"
        return None if got in str(error) else f"no {got!r} in: {error}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return f"no error, but {type(found).__name__}"


def check(name, changes, got):
    """Assert that a call with these changes is refused."""
    assert (wrong := fault(lambda: call(name, **changes), got)) is None, wrong


def ids(case):
    """A name for a row of a table, `(function, changes, part of the message)`."""
    return f"{case[0]}-{case[2]}"
