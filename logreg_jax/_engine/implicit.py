"""Derivatives of a minimum by what defines it."""

import jax
import jax.numpy as jnp
from jax.scipy.sparse.linalg import cg

from ._types import Batch, Params
from .models import Model, loss


@jax.custom_vjp
def with_derivatives(model: Model, minimum: Params, data: Batch) -> Params:
    """`minimum`, with its reverse-mode derivatives by the leaves of model and data.

    At the minimum the gradient is zero, so its derivatives by the parameters (the Hessian) and by
    everything else give those of the minimum (implicit function theorem). Weights that l1 holds at
    zero stay there. The equations with the Hessian are solved by conjugate gradients. Source:
    Blondel et al., "Efficient and modular implicit differentiation" (2022).

    Args:
        model: whose loss is at its minimum.
        minimum: found by whatever means; derivatives do not pass through them.
        data: all examples.
    """
    return minimum


def _forward(model: Model, minimum: Params, data: Batch):
    return minimum, (model, minimum, data)


@jax.default_matmul_precision("highest")  # a TF32 Hessian has no solution to so small a tolerance
def _backward(residuals, cotangent: Params):
    model, minimum, data = residuals
    free = (minimum.weights != 0) | (jnp.asarray(model.l1) == 0)
    moving = lambda step: step._replace(weights=jnp.where(free, step.weights, 0))

    def gradient(model, params, data) -> Params:
        return moving(jax.grad(lambda p: loss(model, p, data))(params))

    def hessian_times(step: Params) -> Params:
        product = jax.jvp(lambda p: gradient(model, p, data), (minimum,), (moving(step),))[1]
        # The identity stands in for weights that stay at zero: their right-hand side is zero.
        return product._replace(weights=jnp.where(free, product.weights, step.weights))

    tol = 10 * float(jnp.finfo(minimum.bias.dtype).eps)
    # What has no solution, such as a shift of all biases of softmax at once, ends somewhere.
    step, _ = cg(hessian_times, moving(cotangent), tol=tol, maxiter=1000)
    pull = jax.vjp(lambda model, data: gradient(model, minimum, data), model, data)[1]
    by_model, by_data = pull(jax.tree.map(jnp.negative, step))
    return by_model, jax.tree.map(jnp.zeros_like, minimum), by_data


with_derivatives.defvjp(_forward, _backward)
