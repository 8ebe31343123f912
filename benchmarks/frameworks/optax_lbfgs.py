"""optax's L-BFGS as its documentation writes it: a compiled loop until the gradient is small.

Scores are one row per output. A path of penalties goes on from solution to solution.
"""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from benchmarks.frameworks._jax import device, use_precision
from benchmarks.solve_spec import SolveTask
from benchmarks.spec import Outcome, Problem, Runner

LIBRARY = "optax"
KIND = "solve"


class Data(NamedTuple):
    """Examples `[n]`, sample weights that sum to one, and the penalty of a model."""

    x: jax.Array
    y: jax.Array
    weight: jax.Array
    l2: jax.Array


def unsupported(task: SolveTask) -> str | None:
    return "L-BFGS needs a smooth objective, and l1 is not" if task.l1 else None


def minimise(task: SolveTask, solver, data: Data, tol, start):
    """One model's parameters, from a start."""

    def objective(params):
        weights, bias = params
        z = weights @ data.x.T + bias[:, None]
        if task.model == "softmax":
            each = optax.softmax_cross_entropy_with_integer_labels(z, data.y, axis=0)
        else:
            each = optax.sigmoid_binary_cross_entropy(z[0], data.y)
        return data.weight @ each + data.l2 / 2 * jnp.sum(weights**2)

    value_and_grad = optax.value_and_grad_from_state(objective)

    def step(carry):
        params, state, _ = carry
        value, grad = value_and_grad(params, state=state)
        updates, state = solver.update(
            grad, state, params, value=value, grad=grad, value_fn=objective
        )
        # where rounding lets no step succeed any more, further ones are lost time
        moved = optax.tree.norm(updates) > 0
        return optax.apply_updates(params, updates), state, moved

    def unfinished(carry):
        _, state, moved = carry
        count, grad = (optax.tree.get(state, name) for name in ("count", "grad"))
        return (count == 0) | (moved & (count < 10_000) & (optax.tree.norm(grad) > tol))

    return jax.lax.while_loop(unfinished, step, (start, solver.init(start), True))[0]


def prepare(task: SolveTask, problem: Problem) -> Runner:
    use_precision(task)
    n, folds = problem.x.shape[-2], len(task.sweep.get("fold", ()))
    weight = np.ones(n, np.float32) if problem.weight is None else problem.weight
    share = weight / weight.sum(axis=-1, keepdims=True)
    l2 = np.float32(task.l2) if problem.l2 is None else problem.l2
    if folds:  # models are [values, folds], the strongest penalty first
        share, l2 = share[:folds], l2.reshape(-1, folds)
    start = (problem.weights, problem.bias)
    data = jax.block_until_ready(jax.device_put(Data(problem.x, problem.y, share, l2)))
    one = partial(minimise, task, optax.lbfgs(memory_size=20))

    def path(data: Data, tol, start):
        def following(params, l2):
            found = one(data._replace(l2=l2), tol, params)
            return found, found

        return jax.lax.scan(following, start, data.l2)[1]

    solve = one
    if folds:
        solve = jax.vmap(path, (Data(None, None, 0, 1), None, None), out_axes=1)
    elif task.sweep:
        axes = Data(None, 0 if data.y.ndim == 2 else None, None, 0)
        solve = jax.vmap(one, (axes, None, None))
    compiled = jax.jit(solve)

    def run(tol: float):
        return jax.block_until_ready(compiled(data, tol, start))

    def collect(params) -> Outcome:
        shapes = [(task.models, *p.shape) if task.sweep else p.shape for p in start]
        found = (np.reshape(p, shape) for p, shape in zip(params, shapes, strict=True))
        return Outcome(*found, losses=None)

    return Runner(run, collect, *device())
