"""A warm start of L-BFGS keeps a history that is true of the new objective."""

from dataclasses import replace

import jax
import jax.numpy as jnp

import logreg_jax as lj
from logreg_jax._engine.problem import make_problem

SOLVER = lj.LBFGS(memory=5)
STEPS = 3


def test_a_warm_start_has_the_changes_of_the_new_gradient(make_batch, close):
    params, data = jax.tree.map(jnp.asarray, make_batch(lj.softmax))

    @jax.jit
    def histories(old_l2, new_l2):
        """The history after a warm start, and that of the new objective along the same steps."""
        old, new = (
            make_problem(
                replace(lj.softmax, l2=l2), params, data, jnp.zeros_like(params.weights[0])
            )
            for l2 in (old_l2, new_l2)
        )
        points, state = [old.evaluate(params)], SOLVER.init(old, params)
        for _ in range(STEPS):
            point, state, _ = SOLVER.iterate(old, points[-1], state)
            points.append(point)
        warm, _ = SOLVER.warm_start(new, points[-1].params, state)
        gradients = [
            flat(new.point(p.params, p.linearization, p.score_error).gradient) for p in points
        ]
        return warm, state[0], jnp.diff(jnp.stack(gradients), axis=0)

    warm, before, expected = histories(0.1, 0.3)
    close(warm.changes[:STEPS], expected, scale=5)
    close(warm.products, warm.steps @ warm.changes.T)
    assert warm.l2 == jnp.float32(0.3)
    assert abs(expected - before.changes[:STEPS]).max() > 1e-3


def flat(params):
    return jnp.concatenate([params.weights.ravel(), params.bias])
