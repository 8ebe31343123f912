"""Choosing a penalty by cross-validation: the paths of all folds in one program."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import ArrayLike
from jaxtyping import Array, Bool, Float, Scalar

from ._checks.concrete import check_concrete
from ._checks.examples import check_solve
from ._checks.folds import check_folds
from ._checks.messages import error_message
from ._checks.penalties import check_path_penalties
from ._checks.scalars import check_count, check_key, check_size
from ._engine.centring import centre
from ._engine.objective import weighted_mean
from ._engine.path import solve_along_path
from ._engine.penalties import without_zero_l1
from ._engine.problem import Problem
from ._engine.protocols import FullBatchSolver
from ._engine.run import Run, finish
from ._types import Batch, Folds, Model, Params, Solution
from .solving import solve


class CrossValidation(NamedTuple):
    """The result of cross-validation.

    Attributes:
        scores: loss of each value on each fold's held-out examples, `[values, folds]`.
        mean: mean of the scores over the folds, `[values]`.
        best: index of the value with the smallest mean.
        model: the model with that value.
        solution: that model solved on all examples.
        paths: the solutions behind the scores, with leading axes `[values, folds]`.
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
        key: JAX random key; None takes contiguous blocks in the order of the data. If the data is
            sorted by class, such blocks lack classes, and their scores mean nothing.
        num_examples: number of examples in the data.
        num_folds: number of folds, at least 2.

    Returns:
        Booleans `[folds, examples]`.

    Raises:
        ValueError: if there are not at least two folds with an example each.
        TypeError: if a size is not an integer, or `key` is no random key.
    """
    check_key(key)
    check_size("num_examples", num_examples)
    check_size("num_folds", num_folds)
    if not 2 <= num_folds <= num_examples:
        expected = f"from 2 to num_examples={num_examples}"
        raise ValueError(error_message(f"num_folds={num_folds}", expected, "Pass num_folds=5."))
    fold = jnp.arange(num_examples) * num_folds // num_examples
    if key is not None:
        fold = jax.random.permutation(key, fold)
    return fold[None, :] == jnp.arange(num_folds)[:, None]


def cross_validate(
    model: Model,
    solver: FullBatchSolver,
    params: Params,
    data: Batch,
    held_out: Folds,
    *,
    tol: ArrayLike = 1e-6,
    max_steps: int | Array = 1000,
) -> CrossValidation:
    """Score every value of a penalty on held-out examples, and refit the best on all of them.

    The values are solved as in `solve_path`, for all folds at once.

    Args:
        model: with `l2` or `l1` or both `[values]`, in any order.
        solver: a full-batch solver.
        params: the start, weights `[outputs, features]`, bias `[outputs]`.
        data: all examples; sample weights count in training and in the scores.
        held_out: examples that each fold leaves out and is scored on: booleans `[folds, examples]`, as
            from `k_folds`; a splitter of scikit-learn, such as `KFold(5)`; or the list of its splits,
            pairs of indices of training and held-out examples. A fold of a list trains on the first
            part of its pair alone, as for `TimeSeriesSplit`.
        tol: as in `solve`.
        max_steps: as in `solve`.

    Returns:
        `CrossValidation`. Scores are the log loss of classifiers, the mean squared error of linear.

    Raises:
        ValueError: as in `solve_path`, if a part of a fold is empty, if both have an example in common,
            or if every score is NaN.
        TypeError: as in `solve_path`, if the folds are numbers that are no pairs of indices, and under
            your own `jit`, `vmap` or `grad`.
    """
    remedy = "Use jax.vmap of solve_path over sample weights there."
    check_concrete("cross_validate", remedy, model, solver, params, data, tol, max_steps)
    limit = check_count("max_steps", max_steps)
    model, solver, params, data, *limits = check_solve(
        model, solver, params, data, tol, limit, values=True
    )
    check_path_penalties(model)
    folds = jax.device_put(check_folds(held_out, data))
    scores, mean, best, start, paths = _solve_folds(
        without_zero_l1(model), solver, params, data, centre(data.x), folds, *limits
    )
    if np.isnan(mean).all():
        remedy = "Look for features that are badly scaled: they make solvers diverge."
        expected = "at least one that is a number"
        raise ValueError(error_message("NaN as score of every value", expected, remedy))
    chosen = jax.tree.map(lambda leaf: leaf[int(best)] if np.ndim(leaf) else leaf, model)
    solution = solve(chosen, solver, start, data, tol=tol, max_steps=limit, check_values=False)
    return CrossValidation(scores, mean, int(best), chosen, solution, paths)


@jax.jit
def _solve_folds(
    model: Model,
    solver: FullBatchSolver,
    params: Params,
    data: Batch,
    centred: tuple[Array, Array],
    folds: tuple[Array, Array],
    tol: Array,
    max_steps: Array,
) -> tuple[Array, Array, Array, Params, Solution]:
    x, offset = centred
    weight = jnp.ones(len(data.y), data.x.dtype) if data.weight is None else data.weight
    outputs = params.bias.size if model.target == "continuous" else 1

    def solve_fold(training: Array, held_out: Array) -> tuple[Solution, Array]:
        train = data._replace(x=x, weight=jnp.where(training, weight, 0))
        test = jnp.where(held_out, weight, 0)

        # A run has the losses of all examples, also of those with weight zero.
        def report(problem: Problem, run: Run) -> tuple[Solution, Scalar]:
            score = weighted_mean(run.point.linearization.losses, test) / outputs
            return finish(problem, run), score

        found: tuple[Solution, Array] = solve_along_path(
            model, solver, params, train, offset, tol, max_steps, report
        )
        return found

    paths, scores = jax.vmap(solve_fold, out_axes=1)(*folds)
    mean = jnp.mean(scores, axis=1)
    best = jnp.nanargmin(mean)
    # The solution of one fold is close to that of all examples.
    start = jax.tree.map(lambda array: array[best, 0], paths.params)
    return scores, mean, best, start, paths
