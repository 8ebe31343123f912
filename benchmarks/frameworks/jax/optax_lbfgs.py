"""optax's L-BFGS in the style of its documentation: a compiled loop until the gradient is small.

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

LIBRARY = "optax"
KIND = "solve"


Params = tuple[Any, Any]  # weights and bias: arrays, or the axis of a vmap
Carry = tuple[Params, optax.OptState, Any]


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


def unsupported(task: Solve) -> str | None:
    return "L-BFGS needs a smooth objective; an l1 penalty is not smooth" if task.l1 else None


def minimise(
    task: Solve,
    solver: optax.GradientTransformationExtraArgs,
    data: Data,
    tol: jax.Array,
    start: Params,
) -> Params:
    """The optimal parameters of one model."""

    def objective(params: Params) -> jax.Array:
        weights, bias = params
        z = weights @ data.x.T + bias[:, None]
        if task.model == "softmax":
            each = optax.softmax_cross_entropy_with_integer_labels(z, data.y, axis=0)
        else:
            each = optax.sigmoid_binary_cross_entropy(z[0], data.y)
        return data.sample_weight @ each + data.l2 / 2 * jnp.sum(weights**2)

    value_and_grad = optax.value_and_grad_from_state(objective)

    def step(carry: Carry) -> Carry:
        params, state, _ = carry
        value, grad = value_and_grad(params, state=state)
        updates, state = solver.update(
            grad, state, params, value=value, grad=grad, value_fn=objective
        )
        # rounding lets no step succeed any more, so that further ones change nothing
        moved = optax.tree.norm(updates) > 0
        return optax.apply_updates(params, updates), state, moved

    def unfinished(carry: Carry) -> jax.Array:
        _, state, moved = carry
        count, grad = (optax.tree.get(state, name) for name in ("count", "grad"))
        return (count == 0) | (moved & (count < 10_000) & (optax.tree.norm(grad) > tol))

    return jax.lax.while_loop(unfinished, step, (start, solver.init(start), True))[0]


def prepare(task: Solve, arrays: Arrays) -> Runner:
    use_precision(task)
    n, folds = arrays.x.shape[-2], len(task.sweep.get("fold", ()))
    sample_weight = np.ones(n, np.float32) if arrays.sample_weight is None else arrays.sample_weight
    share = sample_weight / sample_weight.sum(axis=-1, keepdims=True)
    l2: Any = np.float32(task.l2) if arrays.l2 is None else arrays.l2
    if folds:  # models are [values, folds], the strongest penalty first
        share, l2 = share[:folds], l2.reshape(-1, folds)
    start = (arrays.weights, arrays.bias)
    data = jax.block_until_ready(jax.device_put(Data(arrays.x, arrays.y, share, l2)))
    one = partial(minimise, task, optax.lbfgs(memory_size=20))

    def path(data: Data, tol: jax.Array, start: Params) -> Params:
        def solve_next(params: Params, l2: jax.Array) -> tuple[Params, Params]:
            solution = one(data._replace(l2=l2), tol, params)
            return solution, solution

        return jax.lax.scan(solve_next, start, data.l2)[1]

    solve: Callable[[Data, jax.Array, Params], Params] = one
    if folds:
        solve = jax.vmap(path, (Data(None, None, 0, 1), None, None), out_axes=1)
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
