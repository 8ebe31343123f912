"""JAX: `jax.custom_vjp` in a jitted step."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.contract import Arrays, Outcome, Runner, Start, Training
from benchmarks.lessons.custom_gradient._scope import unsupported as unsupported

LIBRARY = "jax"
KIND = "training"

Params = tuple[jax.Array, jax.Array]

jax.config.update("jax_default_matmul_precision", "highest")  # float32 on a GPU, too


@jax.custom_vjp
def cross_entropy(z: jax.Array, y: jax.Array) -> jax.Array:
    """Mean binary cross-entropy of scores z and labels y, `[n]`, with a mistake in its gradient."""
    return jnp.mean(jax.nn.softplus(z) - y * z)


def forward(z: jax.Array, y: jax.Array) -> tuple[jax.Array, tuple[jax.Array, jax.Array]]:
    return cross_entropy(z, y), (z, y)


def backward(saved: tuple[jax.Array, jax.Array], cotangent: jax.Array) -> tuple[jax.Array, None]:
    z, y = saved
    # The derivative of the SUM: the mean's is this / n. (Labels have no derivative.)
    return cotangent * (jax.nn.sigmoid(z) - y), None


cross_entropy.defvjp(forward, backward)


def prepare(task: Training, arrays: Arrays) -> Runner:
    x, y = jax.device_put((arrays.x, arrays.y))

    def loss_of(params: Params) -> jax.Array:
        weights, bias = params
        return cross_entropy((x @ weights.T + bias)[:, 0], y)

    @jax.jit
    def train_step(params: Params) -> tuple[Params, jax.Array]:
        loss, gradient = jax.value_and_grad(loss_of)(params)
        return jax.tree.map(lambda p, g: p - task.learning_rate * g, params, gradient), loss

    def run(start: Start) -> tuple[Params, list[jax.Array]]:
        params, losses = jax.device_put(tuple(start)), []
        for _ in range(arrays.steps):
            params, loss = train_step(params)
            losses.append(loss)
        return jax.block_until_ready((params, losses))

    def collect(raw: Any) -> Outcome:
        (weights, bias), losses = raw
        return Outcome(np.asarray(weights), np.asarray(bias), np.array(jax.device_get(losses)))

    return Runner(run, collect, jax.devices()[0].device_kind)
