"""Features far from zero are moved to zero before a solve, and its bias is moved back afterwards.

A score is a sum of products whose rounding errors grow with the features, while only their differences
tell examples apart. A feature of 10,000 +- 1 in float32 keeps three digits of the differences in its
scores; less its mean it keeps all. The bias absorbs the move, because it has no penalty.
"""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from .._remembered import once_per_array
from .._types import Params

_FAR = 8.0
"""Standard deviations from zero to the mean beyond which a feature is moved; 8 cost scores three bits."""

_ROWS = 1024
"""Rows, evenly spread, from which the mean is estimated. Any number near it will do."""


def centre(x: Float[Array, "*models examples features"]) -> tuple[Array, Array]:
    """`x` less an offset, and the offset `[*models, features]`, zero for features that stay.

    If no feature is far from zero, x itself is returned and not copied. That is not known of a traced x,
    which is always copied.
    """
    if isinstance(x, jax.core.Tracer):
        offset = _find_offset(x)
        return _subtract(x, offset), offset
    offset, stays = _known_offset(x)
    return (x if stays else _subtract(x, offset)), offset


def without_derivative(x: Array) -> Array:
    """x as a constant; one that is concrete has no derivative, and stays the array that it is."""
    return jax.lax.stop_gradient(x) if isinstance(x, jax.core.Tracer) else x


def move_bias(params: Params, offset: Array) -> Params:
    """Parameters for features less `offset` that give the scores of `params` for the features."""
    move = jnp.matmul(params.weights, offset.astype(params.bias.dtype), precision="highest")
    return params._replace(bias=params.bias + move)


@once_per_array
def _known_offset(x: Array) -> tuple[Array, bool]:
    """The offset, and whether it is zero."""
    with jax.ensure_compile_time_eval():
        offset = _find_offset(x)
        return offset, not offset.any()


@jax.jit
def _find_offset(x: Array) -> Array:
    sample = x[..., :: max(x.shape[-2] // _ROWS, 1), :]
    mean = jnp.mean(sample, axis=-2)
    spread = jnp.sqrt(jnp.mean((sample - jnp.expand_dims(mean, -2)) ** 2, axis=-2))
    return jnp.where(jnp.abs(mean) > _FAR * spread, mean, 0)


@jax.jit
def _subtract(x: Array, offset: Array) -> Array:
    return x - jnp.expand_dims(offset, -2)
