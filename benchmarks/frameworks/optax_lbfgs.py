"""optax's L-BFGS as its documentation writes it: a compiled loop until the gradient is small."""

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


def prepare(task: SolveTask, problem: Problem) -> Runner:
    use_precision(task)
    n = problem.x.shape[-2]
    weight = np.ones(n, np.float32) if problem.weight is None else problem.weight
    share = weight / weight.sum(axis=-1, keepdims=True)
    l2 = np.float32(task.l2) if problem.l2 is None else problem.l2
    start = (problem.weights, problem.bias)
    data = jax.block_until_ready(jax.device_put(Data(problem.x, problem.y, share, l2)))
    solver = optax.lbfgs(memory_size=20)

    def minimise(data: Data, tol):
        def objective(params):
            weights, bias = params
            z = data.x @ weights.T + bias
            if task.model == "softmax":
                each = optax.softmax_cross_entropy_with_integer_labels(z, data.y)
            else:
                each = optax.sigmoid_binary_cross_entropy(z[:, 0], data.y)
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

    if task.sweep:
        axes = Data(None, 0 if data.y.ndim == 2 else None, 0 if share.ndim == 2 else None, 0)
        minimise = jax.vmap(minimise, (axes, None))
    compiled = jax.jit(minimise)

    def run(tol: float):
        return jax.block_until_ready(compiled(data, tol))

    def collect(params) -> Outcome:
        return Outcome(*map(np.asarray, params), losses=None)

    return Runner(run, collect, *device())
