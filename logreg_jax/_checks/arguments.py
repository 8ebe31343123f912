"""Checks of sizes, solvers, penalties and tolerances."""

import jax.numpy as jnp
import numpy as np

from .._types import Model
from .messages import error_message, is_traced


def check_size(name: str, value: object) -> None:
    """Raise unless `value` is a positive integer."""
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(error_message(f"{name}={value!r}", "an integer", "Pass a whole number."))
    if value.__index__() < 1:
        raise ValueError(error_message(f"{name}={value}", "at least 1", f"Pass a positive {name}."))


def check_solver(solver: object) -> None:
    """Raise unless `solver` can take steps on batches."""
    if hasattr(solver, "init") and hasattr(solver, "step"):
        return
    remedy = "Wrap an optax optimiser with its learning rate: Optax(1e-3, optax.adam)."
    if hasattr(solver, "iterate"):
        remedy = "It needs all examples in every step: call solve, solve_path or solve_many."
    got = f"a solver of type {type(solver).__name__}"
    raise TypeError(error_message(got, "one with init and step", remedy))


def check_supported(model: Model, solver: object) -> None:
    """Raise unless `solver` is a full-batch solver that can minimise this model's objective."""
    if not hasattr(solver, "iterate") or not hasattr(solver, "unsupported"):
        got = f"a solver of type {type(solver).__name__}"
        raise TypeError(
            error_message(got, "a full-batch solver", "Use LBFGS(), or train with fit.")
        )
    check_penalties_not_negative(model)
    reason = solver.unsupported(model)
    if reason:
        got = f"{type(solver).__name__} for {model.name} with l2={model.l2}, l1={model.l1}"
        remedy = "Proximal() supports l1 penalties, LBFGS() every smooth objective."
        raise ValueError(error_message(got, f"a solver that supports it ({reason})", remedy))


def check_penalties_not_negative(model: Model) -> None:
    """Raise if a penalty is None or negative; a traced penalty passes."""
    for name in ("l2", "l1"):
        penalty = getattr(model, name)
        if penalty is None:
            remedy = "Use 0 for no penalty."
            raise TypeError(error_message(f"{name}=None", "a number or an array", remedy))
        if not is_traced(penalty) and not np.all(np.asarray(penalty) >= 0):
            remedy = "A negative penalty makes the objective concave: use 0 for no penalty."
            raise ValueError(error_message(f"{name}={penalty}", "no negative penalty", remedy))


def check_path_penalties(model: Model) -> None:
    """Raise unless one penalty or both have an axis of values, of one length."""
    shapes = {jnp.shape(penalty) for penalty in (model.l2, model.l1)} - {()}
    if len(shapes) != 1 or len(next(iter(shapes))) != 1 or shapes == {(0,)}:
        got = f"penalties of shapes {jnp.shape(model.l2)} and {jnp.shape(model.l1)}"
        expected = "[values], at least one, for l2 or l1, or the same length for both"
        raise ValueError(error_message(got, expected, "Use replace(model, l2=...)."))


def check_positive(name: str, value: object) -> None:
    """Raise unless every number in `value` is positive; a traced value passes."""
    if not is_traced(value) and not np.all(np.asarray(value) > 0):
        raise ValueError(error_message(f"{name}={value}", "a positive number", f"Try {name}=1e-6."))
