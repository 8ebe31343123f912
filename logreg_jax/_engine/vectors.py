"""Parameters as vectors."""

import jax.numpy as jnp
from jaxtyping import Array, Scalar

from .._types import Params


def dot(a: Params, b: Params) -> Scalar:
    """Inner product of two parameters."""
    return jnp.vdot(a.weights, b.weights) + jnp.vdot(a.bias, b.bias)


def add_scaled(params: Params, step: float | Array, direction: Params) -> Params:
    """`params + step * direction`."""
    return Params(params.weights + step * direction.weights, params.bias + step * direction.bias)
