"""Derivatives of a minimum by what defines it."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from ._types import Batch, Params
from .models import Model, loss


def differentiable(model: Model, params: Params, data: Batch, find: Callable[[Params], Any]) -> Any:
    """`find(params)`, with the derivatives of the minimum by the leaves of model and data.

    At the minimum the gradient is zero, so its derivatives by the parameters (the Hessian) and by
    everything else give those of the minimum (implicit function theorem). Weights that l1 holds at
    zero stay there. The equations with the Hessian are solved by conjugate gradients. Source:
    Blondel et al., "Efficient and modular implicit differentiation" (2022).
    """

    def optimality(params: Params) -> Params:
        smooth = lambda p: loss(model, p, data)
        free = (params.weights != 0) | (jnp.asarray(model.l1) == 0)
        held = params._replace(weights=jnp.where(free, params.weights, 0))
        gradient = jax.grad(smooth)(held)
        return gradient._replace(weights=jnp.where(free, gradient.weights, params.weights))

    def newton_equations(hessian_times, right: Params) -> Params:
        tol = 10 * float(jnp.finfo(right.bias.dtype).eps)
        return jax.scipy.sparse.linalg.cg(hessian_times, right, tol=tol)[0]

    def search(_, params: Params):
        solution = find(params)
        return solution.params, solution._replace(params=None)

    params, rest = jax.lax.custom_root(optimality, params, search, newton_equations, has_aux=True)
    return rest._replace(params=params)
