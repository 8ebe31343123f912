"""Solves by libraries for JAX that minimise any smooth function: the objective, and one or many models.

Scores are one row per output. On a path of penalties each solve starts from the previous solution.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from benchmarks.contract import Arrays, Outcome, Runner, Solve
from benchmarks.frameworks.jax._device import device, use_precision

Params = tuple[Any, Any]  # weights and bias: arrays, or the axis of a vmap
Objective = Callable[[Params], jax.Array]
Minimise = Callable[[Objective, jax.Array, Params], Params]
"""`minimise(objective, tol, start)`: the optimal parameters; traced by JAX."""


class Data(NamedTuple):
    """The data of a model, or the axes of its models for `vmap`.

    Attributes:
        x, y: examples.
        sample_weight: sample weights with sum one, `[n]`.
        l2: penalty, `l2 / 2 * sum(weights ** 2)`.
    """

    x: Any
    y: Any
    sample_weight: Any
    l2: Any


def needs_smooth(task: Solve) -> str | None:
    """The reason why the task has no smooth objective, or None."""
    return "L-BFGS needs a smooth objective; an l1 penalty is not smooth" if task.l1 else None


def objective_of(task: Solve, data: Data) -> Objective:
    """The loss of one model."""

    def objective(params: Params) -> jax.Array:
        weights, bias = params
        z = weights @ data.x.T + bias[:, None]
        if task.model == "softmax":
            each = optax.softmax_cross_entropy_with_integer_labels(z, data.y, axis=0)
        else:
            each = optax.sigmoid_binary_cross_entropy(z[0], data.y)
        return data.sample_weight @ each + data.l2 / 2 * jnp.sum(weights**2)

    return objective


def runner(task: Solve, arrays: Arrays, minimise: Minimise) -> Runner:
    """One compiled program for the whole task."""
    use_precision(task)
    n, dtype, folds = arrays.x.shape[-2], arrays.x.dtype, len(task.sweep.get("fold", ()))
    sample_weight = np.ones(n) if arrays.sample_weight is None else arrays.sample_weight
    share = (sample_weight / sample_weight.sum(axis=-1, keepdims=True)).astype(dtype)
    l2 = np.asarray(task.l2 if arrays.l2 is None else arrays.l2, dtype)
    if folds:  # models are [values, folds], the strongest penalty first
        share, l2 = share[:folds], l2.reshape(-1, folds)
    on_device = Data(arrays.x, arrays.y, share, l2), (arrays.weights, arrays.bias)
    data, start = jax.block_until_ready(jax.device_put(on_device))

    def one(data: Data, tol: jax.Array, start: Params) -> Params:
        return minimise(objective_of(task, data), tol, start)

    solve: Callable[[Data, jax.Array, Params], Params] = one
    if folds:
        axes = Data(None, None, 0, 1)
        solve = jax.vmap(partial(_path, one), (axes, None, None), out_axes=1)
    elif task.sweep:
        axes = Data(None, 0 if data.y.ndim == 2 else None, None, 0)
        solve = jax.vmap(one, (axes, None, None))
    compiled = jax.jit(solve)

    def run(tol: float) -> Params:
        return jax.block_until_ready(compiled(data, tol, start))

    def collect(params: Params) -> Outcome:
        shapes = [(task.models, *p.shape) if task.sweep else p.shape for p in start]
        return Outcome(*(np.reshape(p, s) for p, s in zip(params, shapes, strict=True)))

    return Runner(run, collect, *device())


def _path(
    solve: Callable[[Data, jax.Array, Params], Params], data: Data, tol: jax.Array, start: Params
) -> Params:
    """Solutions for all values of `data.l2`, each from the one before."""

    def solve_next(params: Params, l2: jax.Array) -> tuple[Params, Params]:
        solution = solve(data._replace(l2=l2), tol, params)
        return solution, solution

    return jax.lax.scan(solve_next, start, data.l2)[1]
