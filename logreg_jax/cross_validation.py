"""Choosing a penalty by cross-validation: the path of every fold, all folds at once, one program."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from ._checks import check_batch, check_positive, check_size, check_suited
from ._types import Batch, Params
from .metrics import log_loss, mean_squared_error
from .models import Model
from .solvers.base import FullBatchSolver
from .solving import Solution, solve
from .solving_path import check_penalties, path


class CrossValidation(NamedTuple):
    """What cross-validation found.

    Attributes:
        scores: loss of each value on each fold's held-out examples, `[values, folds]`.
        mean: over the folds, `[values]`.
        best: index of the value with the smallest mean.
        model: the model with that value.
        solution: that model solved on all examples.
        paths: the solutions behind the scores, `[values, folds]` in front of every field.
    """

    scores: Float[Array, "values folds"]
    mean: Float[Array, " values"]
    best: int
    model: Model
    solution: Solution
    paths: Solution


def k_folds(key: Array | None, num_examples: int, num_folds: int) -> Bool[Array, "folds examples"]:
    """Which examples each fold holds out; every example is held out once.

    Args:
        key: JAX random key; None takes contiguous blocks in the order of the data.
        num_examples: examples in the data.
        num_folds: folds, at least 2.

    Returns:
        Booleans `[folds, examples]`.

    Raises:
        ValueError, TypeError: if there are not at least two folds with an example each.
    """
    check_size("num_examples", num_examples)
    check_size("num_folds", num_folds)
    if not 2 <= num_folds <= num_examples:
        raise ValueError(
            f"got num_folds={num_folds}; expected from 2 to num_examples={num_examples}. 5 is usual."
        )
    fold = jnp.arange(num_examples) * num_folds // num_examples
    if key is not None:
        fold = jax.random.permutation(key, fold)
    return fold[None, :] == jnp.arange(num_folds)[:, None]


def cross_validate(
    model: Model,
    solver: FullBatchSolver,
    params: Params,
    data: Batch,
    held_out: Bool[Array, "folds examples"],
    *,
    tol=1e-6,
    max_steps: int = 1000,
) -> CrossValidation:
    """Score every value of a penalty on held-out examples, and refit the best on all of them.

    The values are solved as in `solve_path`, for all folds at once.

    Args:
        model: with `l2` or `l1` or both `[values]`, in any order.
        solver: a full-batch solver.
        params: the start, weights `[outputs, features]`, bias `[outputs]`.
        data: all examples; sample weights count in training and in the scores.
        held_out: examples that each fold leaves out and is scored on, booleans `[folds, examples]`,
            from `k_folds` or from any splitter of scikit-learn.
        tol: as in `solve`.
        max_steps: as in `solve`.

    Returns:
        `CrossValidation`. Scores are the log loss of classifiers, the mean squared error of linear.

    Raises:
        ValueError, TypeError: as `solve_path`.
    """
    data = check_batch(model, params, data, values=True)
    check_suited(model, solver)
    check_positive("tol", tol)
    check_penalties(model)
    held_out = jnp.asarray(held_out)
    if held_out.ndim != 2 or held_out.shape[1] != len(data.y):
        raise ValueError(
            f"got folds of shape {held_out.shape}; expected [folds, {len(data.y)}]. Use k_folds."
        )
    tol, max_steps = jnp.asarray(tol, params.weights.dtype), jnp.asarray(max_steps)
    scores, mean, best, paths = _in_folds(model, solver, params, data, held_out, tol, max_steps)
    chosen = jax.tree.map(lambda leaf: leaf[best] if jnp.ndim(leaf) else leaf, model)
    # The solution of one fold is next to that of all examples.
    near = jax.tree.map(lambda leaf: leaf[best, 0], paths.params)
    solution = solve(chosen, solver, near, data, tol=tol, max_steps=max_steps, check_values=False)
    return CrossValidation(scores, mean, int(best), chosen, solution, paths)


@jax.jit
def _in_folds(model, solver, params, data, held_out, tol, max_steps):
    metric = mean_squared_error if model.target == "continuous" else log_loss
    weight = jnp.ones(len(data.y), data.x.dtype) if data.weight is None else data.weight

    def fold(held_out: Array) -> tuple[Array, Solution]:
        train = data._replace(weight=jnp.where(held_out, 0, weight))
        test = data._replace(weight=jnp.where(held_out, weight, 0))
        solutions = path(model, solver, params, train, tol, max_steps)
        return jax.vmap(lambda params: metric(model, params, test))(solutions.params), solutions

    scores, paths = jax.vmap(fold, out_axes=1)(held_out)
    mean = jnp.mean(scores, axis=1)
    return scores, mean, jnp.nanargmin(mean), paths
