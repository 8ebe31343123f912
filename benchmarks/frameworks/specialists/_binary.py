"""What specialists have in common: one logistic model, labels -1 and +1, x in the layout that suits it."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from scipy.sparse import csc_array, csr_array
from threadpoolctl import ThreadpoolController

from benchmarks.contract import Outcome, Solve

SPARSE = 0.25
"""Share of nonzero numbers below which x is a sparse matrix, as for scikit-learn."""


def needs_binary_models(task: Solve) -> str | None:
    """The reason why the task is not of logistic models with a penalty, or None."""
    if task.model != "logistic":
        return f"it is run on logistic models only, and this is {task.model}"
    if not task.l1 + task.l2:
        return "it is given a strength of the penalty, which must not be zero"
    return None


def needs_one_binary_model(task: Solve) -> str | None:
    """The reason why the task is not one logistic model, or None."""
    several = "it fits one model at a time" if task.models > 1 else None
    return needs_binary_models(task) or several


def needs_one_binary_path(task: Solve) -> str | None:
    """The reason why the task is neither one logistic model nor its path of l1 penalties, or None."""
    is_path = list(task.sweep) == ["l1"]
    return needs_binary_models(task) if is_path else needs_one_binary_model(task)


def signs(y: np.ndarray) -> np.ndarray:
    """Labels 0 and 1 as -1.0 and +1.0."""
    return np.where(y > 0, 1.0, -1.0)


def laid_out(x: np.ndarray, sparse: type[Any], order: str, dtype: type[np.floating]) -> Any:
    """x as a sparse matrix of this type if it is sparse, else dense in this order, in a dtype.

    Args:
        x: `[examples, features]`.
        sparse: `csr_array` or `csc_array`.
        order: "C" or "F".
        dtype: float32 or float64.
    """
    x = x.astype(dtype)
    if np.count_nonzero(x) >= SPARSE * x.size:
        return np.asarray(x, order=order)  # type: ignore[call-overload]
    made: csr_array | csc_array = sparse(x)
    made.indices, made.indptr = made.indices.astype(np.int32), made.indptr.astype(np.int32)
    return made


def use_threads(count: int) -> None:
    """Set the number of threads of matrix products and of OpenMP."""
    ThreadpoolController().limit(limits=count)


def outcome(coefficients: Any, intercept: Any) -> Outcome:
    """One model's weights `[1, features]` and bias `[1]`."""
    return Outcome(np.reshape(coefficients, (1, -1)), np.reshape(intercept, 1))


def outcomes(found: Iterable[tuple[Any, Any]]) -> Outcome:
    """Weights `[models, 1, features]` and bias `[models, 1]` of a path, from those of its models."""
    weights, bias = zip(*(outcome(*each)[:2] for each in found), strict=True)
    return Outcome(np.stack(weights), np.stack(bias))
