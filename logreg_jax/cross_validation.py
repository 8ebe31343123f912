"""Choosing a penalty by cross-validation: all values and all folds are one call of `solve_many`."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from ._checks import check_size
from ._types import Batch, Params
from .metrics import log_loss, mean_squared_error
from .models import Model
from .solvers.base import FullBatchSolver
from .solving import Solution, solve
from .solving_many import solve_many


class CrossValidation(NamedTuple):
    """What cross-validation found.

    Attributes:
        scores: loss of each value on each fold's held-out examples, `[values, folds]`.
        mean: over the folds, `[values]`.
        best: index of the value with the smallest mean.
        model: the model with that value.
        solution: that model solved on all examples.
        paths: the solutions behind the scores, `[values * folds]` in front, the folds next to each other.
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

    Args:
        model: with `l2` or `l1` or both `[values]`.
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
        ValueError, TypeError: as `solve_many`.
    """
    held_out = jnp.asarray(held_out)
    values = max((len(leaf) for leaf in jax.tree.leaves(model) if jnp.ndim(leaf) == 1), default=0)
    if held_out.ndim != 2 or held_out.shape[1] != len(data.y) or values == 0:
        raise ValueError(
            f"got {values} values and folds of shape {held_out.shape}; expected l2 or l1 of shape "
            f"[values] and folds [folds, {len(data.y)}]. Use replace(model, l2=...) and k_folds."
        )
    dtype, folds = params.weights.dtype, len(held_out)
    weight = jnp.ones(len(data.y), dtype) if data.weight is None else jnp.asarray(data.weight)
    train = jnp.where(held_out, 0, weight[None, :].astype(dtype))
    grid = jax.tree.map(lambda leaf: jnp.repeat(leaf, folds) if jnp.ndim(leaf) else leaf, model)
    folded = data._replace(weight=jnp.tile(train, (values, 1)))
    paths = solve_many(grid, solver, params, folded, tol=tol, max_steps=max_steps)
    test = jnp.tile(jnp.where(held_out, weight[None, :].astype(dtype), 0), (values, 1))
    scores = _scores(model, paths.params, data, test).reshape(values, folds)
    mean = jnp.mean(scores, axis=1)
    best = int(jnp.nanargmin(mean))
    chosen = jax.tree.map(lambda leaf: leaf[best] if jnp.ndim(leaf) else leaf, model)
    # The solution of one fold is next to that of all examples.
    near = jax.tree.map(lambda leaf: leaf[best * folds], paths.params)
    solution = solve(chosen, solver, near, data, tol=tol, max_steps=max_steps)
    return CrossValidation(scores, mean, best, chosen, solution, paths)


@jax.jit
def _scores(model: Model, params: Params, data: Batch, weight: Array) -> Array:
    metric = mean_squared_error if model.target == "continuous" else log_loss
    one = lambda params, weight: metric(model, params, data._replace(weight=weight))
    return jax.vmap(one)(params, weight)
