"""optax's L-BFGS in the style of its documentation: a compiled loop until the gradient is small."""

from typing import Any

import jax
import optax

from benchmarks.contract import Arrays, Runner, Solve
from benchmarks.frameworks.jax._smooth import Objective, Params, needs_smooth, runner

LIBRARY = "optax"
KIND = "solve"

Carry = tuple[Params, optax.OptState, Any]


def unsupported(task: Solve) -> str | None:
    return needs_smooth(task)


def _minimise(objective: Objective, tol: jax.Array, start: Params) -> Params:
    """The optimal parameters of one model."""
    solver = optax.lbfgs(memory_size=20)
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
    return runner(task, arrays, _minimise)
