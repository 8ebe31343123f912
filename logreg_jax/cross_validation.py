"""Choosing a penalty by cross-validation: the path of every fold, all folds at once, one program."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Scalar

from ._checks import check_batch, check_positive, check_size, check_suited
from ._problem import Problem
from ._types import Batch, Params
from .models import Model, weighted_mean
from .solvers.base import FullBatchSolver
from .solving import Run, Solution, finish, solve
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
        key: JAX random key; None takes contiguous blocks in the order of the data. Where that is
            sorted by class, blocks lack classes: scores of classes not trained on mean nothing.
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
    held_out,
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
        ValueError, TypeError: as `solve_path`, and if a fold holds out all or nothing.
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
    _check_folds(np.asarray(held_out, bool), data)
    dtype = params.weights.dtype
    found = _in_folds(
        model, solver, params, data, held_out, jnp.asarray(tol, dtype), jnp.asarray(max_steps)
    )
    scores, mean, best, near, paths = found
    if np.isnan(mean).all():
        raise ValueError(
            "got NaN as score of every value; expected at least one that is a number. Look at the "
            "features: what is not finite or far out of scale diverges."
        )
    chosen = jax.tree.map(lambda leaf: leaf[int(best)] if np.ndim(leaf) else leaf, model)
    solution = solve(chosen, solver, near, data, tol=tol, max_steps=max_steps, check_values=False)
    return CrossValidation(scores, mean, int(best), chosen, solution, paths)


def _check_folds(held_out: np.ndarray, data: Batch) -> None:
    weight = np.ones(len(data.y)) if data.weight is None else np.asarray(data.weight)
    for fold, out in enumerate(held_out):
        if not weight[out].sum() > 0 or not weight[~out].sum() > 0:
            raise ValueError(
                f"got fold {fold} that holds out {out.sum()} of {len(out)} examples; expected some with "
                "a weight inside and outside of it. Use k_folds."
            )


@jax.jit
def _in_folds(model, solver, params, data, held_out, tol, max_steps):
    weight = jnp.ones(len(data.y), data.x.dtype) if data.weight is None else data.weight
    outputs = params.bias.size if model.target == "continuous" else 1

    def fold(held_out: Array) -> tuple[Solution, Array]:
        train = data._replace(weight=jnp.where(held_out, 0, weight))
        test = jnp.where(held_out, weight, 0)

        # A solution knows the losses of all examples, of those with weight zero as well.
        def report(problem: Problem, run: Run) -> tuple[Solution, Scalar]:
            score = weighted_mean(run.point.examples.losses, test) / outputs
            return finish(problem, run), score

        return path(model, solver, params, train, tol, max_steps, report)

    paths, scores = jax.vmap(fold, out_axes=1)(held_out)
    mean = jnp.mean(scores, axis=1)
    best = jnp.nanargmin(mean)
    # The solution of one fold is next to that of all examples.
    near = jax.tree.map(lambda array: array[best, 0], paths.params)
    return scores, mean, best, near, paths
