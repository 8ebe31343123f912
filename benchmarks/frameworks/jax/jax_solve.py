"""JAX with this project's library: one solve, many at once, or the paths of all folds."""

from dataclasses import replace
from functools import partial

import jax
import numpy as np

import logreg_jax as lj
from benchmarks.contract import Arrays, Outcome, Runner, Solve
from benchmarks.frameworks.jax._device import device, use_precision

LIBRARY = "jax"
KIND = "solve"


def unsupported(task: Solve) -> str | None:
    if {"l1", "fold"} <= set(task.sweep):
        return "paths over folds are supported for l2 only"
    return None


def prepare(task: Solve, arrays: Arrays) -> Runner:
    use_precision(task)
    loss = {"logistic": lj.logistic, "softmax": lj.softmax}[task.model]
    on_device = jax.block_until_ready(jax.device_put(arrays._replace(plan=None)))
    x, y, weights, bias, *_, l2, l1, sample_weight = on_device
    params, data = lj.Params(weights, bias), lj.Batch(x, y, sample_weight)
    with_l1 = replace(loss, l1=task.l1 if l1 is None else l1)
    model = replace(with_l1, l2=task.l2 if l2 is None else l2)
    n, features = x.shape[-2:]
    method = lj.recommended_solver(model, n, features, len(bias), task.models)
    if "fold" in task.sweep:
        solve = partial(paths, len(task.sweep["fold"]), with_l1, method, l2)
    else:
        one = lj.solve_path if "l1" in task.sweep else lj.solve_many if task.sweep else lj.solve
        solve = partial(one, model, method)

    def run(tol: float) -> lj.Solution:
        return jax.block_until_ready(solve(params, data, tol=tol, max_steps=10_000))

    def collect(solution: lj.Solution) -> Outcome:
        weights, bias = map(np.asarray, solution.params)
        converged = np.all(np.asarray(solution.status) == lj.Status.CONVERGED)
        return Outcome(weights, bias, converged=np.asarray(converged))

    return Runner(run, collect, *device())


@partial(jax.jit, static_argnames=("folds", "loss", "max_steps"))
def paths(
    folds: int,
    loss: lj.Model,
    solver: lj.FullBatchSolver,
    l2: jax.Array,
    params: lj.Params,
    data: lj.Batch,
    *,
    tol: float,
    max_steps: int,
) -> lj.Solution:
    """The path of each fold; in the order of the models the fold varies fastest."""

    def path(l2: jax.Array, sample_weight: jax.Array) -> lj.Solution:
        fold, model = lj.Batch(data.x, data.y, sample_weight), replace(loss, l2=l2)
        return lj.solve_path(model, solver, params, fold, tol=tol, max_steps=max_steps)

    # [values, folds]: the penalty of a fold depends on its number of examples
    l2, (_, _, sample_weight) = l2.reshape(-1, folds), data
    assert sample_weight is not None, "folds are sample weights of 0 and 1"
    solutions = jax.vmap(path, (1, 0), out_axes=1)(l2, sample_weight[:folds])
    return jax.tree.map(lambda a: a.reshape(-1, *a.shape[2:]), solutions)
