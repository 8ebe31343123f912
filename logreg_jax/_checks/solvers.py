"""Checks of solvers, of their hyperparameters and of their state."""

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
import numpy as np

from .._engine.protocols import FullBatchSolver, Solver
from .._types import Model, Params, PyTree
from .arrays import as_numbers, put
from .messages import describe, error_message, is_traced

AnySolver = TypeVar("AnySolver", bound=Solver | FullBatchSolver)

_NUMBERS = (bool, int, float, np.generic, np.ndarray, jax.Array)


def check_solver(solver: object) -> None:
    """Raise unless `solver` can take steps on batches."""
    if not isinstance(solver, type) and hasattr(solver, "init") and hasattr(solver, "step"):
        _check_hyperparameters(solver)
        return
    remedy = "Wrap an optax optimiser with its learning rate: Optax(1e-3, optax.adam)."
    if hasattr(solver, "iterate"):
        remedy = "It needs all examples in every step: call solve, solve_path or solve_many."
    raise TypeError(error_message(describe("a solver", solver), "one with init and step", remedy))


def check_full_batch_solver(solver: object) -> None:
    """Raise unless `solver` is a full-batch solver whose hyperparameters are finite."""
    known = hasattr(solver, "iterate") and hasattr(solver, "unsupported")
    if isinstance(solver, type) or not known:
        got = describe("a solver", solver)
        remedy = "Use LBFGS(), or train with fit."
        raise TypeError(error_message(got, "a full-batch solver", remedy))
    _check_hyperparameters(solver)
    for name, leaf in _named_leaves(solver):
        if not is_traced(leaf) and not np.isfinite(np.asarray(leaf)).all():
            remedy = f"{type(solver).__name__}() has a value that works."
            raise ValueError(error_message(f"{name}={leaf}", "a finite number", remedy))


def check_supported(model: Model, solver: FullBatchSolver) -> None:
    """Raise unless `solver` can minimise this model's objective."""
    reason = solver.unsupported(model)
    if reason:
        got = f"{type(solver).__name__} for {model.name} with l2={model.l2}, l1={model.l1}"
        remedy = "Proximal() supports l1 penalties, LBFGS() every smooth objective."
        raise ValueError(error_message(got, f"a solver that supports it ({reason})", remedy))


def with_arrays(solver: AnySolver) -> AnySolver:
    """The solver with lists of values, for a sweep, as arrays."""
    if not dataclasses.is_dataclass(solver):
        return solver
    fields = [f.name for f in dataclasses.fields(solver) if not f.metadata.get("static")]
    found = {name: getattr(solver, name) for name in fields}
    arrays = {name: _with_array(name, value) for name, value in found.items()}
    changed = {name: value for name, value in arrays.items() if value is not found[name]}
    return dataclasses.replace(solver, **changed) if changed else solver


def without_float64(solver: AnySolver, dtype: np.dtype) -> AnySolver:
    """The solver with float64 hyperparameters, as of `np.logspace`, in the dtype of the parameters."""
    if dtype == np.float64 or jnp.result_type(float) != np.float64:
        return solver

    def cast(leaf: Any) -> Any:
        wide = getattr(leaf, "dtype", None) == np.float64
        return put(as_numbers("a hyperparameter", leaf), dtype) if wide else leaf

    return jax.tree.map(cast, solver)


def check_state(solver: Solver, params: Params, state: PyTree) -> None:
    """Raise unless `state` has the structure, shapes and dtypes of this solver's own.

    Args:
        solver: checked.
        params: of one model, checked.
        state: of one model.

    Raises:
        TypeError: if the structure or a dtype differs, as that of another optimiser does.
        ValueError: if a shape differs, as that of parameters of another size does.
    """
    expected = _initial_state.eval_shape(solver, params)
    name, remedy = (
        type(solver).__name__,
        "Pass the state of the same solver, or None for a new one.",
    )
    structure: object = jax.tree.structure(state)
    own_structure: object = jax.tree.structure(expected)
    if structure != own_structure:
        got = f"a state of structure {_shortened(structure)}"
        own = f"that of {name}, {_shortened(own_structure)}"
        raise TypeError(error_message(got, own, remedy))
    leaves = zip(_named_leaves(state), jax.tree.leaves(expected), strict=True)
    for (path, leaf), own in leaves:
        if jnp.shape(leaf) != own.shape:
            got = f"a state whose {path} has shape {jnp.shape(leaf)}"
            raise ValueError(error_message(got, f"{own.shape} for these parameters", remedy))
        if jnp.result_type(leaf) != own.dtype:
            got = f"a state whose {path} has dtype {jnp.result_type(leaf)}"
            raise TypeError(error_message(got, f"{own.dtype} for these parameters", remedy))


@jax.jit
def _initial_state(solver: Solver, params: Params) -> PyTree:
    return solver.init(params)


def _check_hyperparameters(solver: object) -> None:
    if all(isinstance(leaf, _NUMBERS) for leaf in jax.tree.leaves(solver)):
        return
    for name, leaf in _named_leaves(solver):
        if leaf is solver:
            remedy = "Register its class with jax.tree_util.register_dataclass."
            raise TypeError(error_message(describe("a solver", solver), "a pytree", remedy))
        if not isinstance(leaf, _NUMBERS):
            remedy = (
                "Switches and names are no hyperparameters: set them in a function of your own."
            )
            raise TypeError(error_message(describe(name, leaf), "a number or an array", remedy))


def _with_array(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        arrays = {key: _with_array(key, entry) for key, entry in value.items()}
        return arrays if any(arrays[key] is not value[key] for key in value) else value
    return as_numbers(name, value) if isinstance(value, list | range) else value


def _shortened(structure: object) -> str:
    text = str(structure).removeprefix("PyTreeDef(").removesuffix(")").replace("CustomNode", "")
    return text if len(text) <= 120 else text[:120] + "..."


def _named_leaves(tree: PyTree) -> list[tuple[str, Any]]:
    found = jax.tree_util.tree_leaves_with_path(tree)
    return [
        (jax.tree_util.keystr(path, simple=True, separator=".") or "it", leaf)
        for path, leaf in found
    ]
