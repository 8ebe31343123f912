"""A softplus that runs in vector registers."""

from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array


@jax.custom_jvp
def softplus(z: Array) -> Array:
    """log(1 + exp(z)), elementwise, without overflow.

    Plain form: `jax.nn.softplus(z)`.
    Persuades XLA:CPU to: vectorise the logarithm, which its `log1p` does not.
    Gain: a training with one feature (`two_gaussians`) is 1.64 times as fast (JAX 0.10.2).
    Upstream: no upstream issue known.
    """
    # log(1 + e^z) = max(z, 0) + log(1 + e^-|z|), and log(1 + u) = 2 artanh(u / (2 + u)). With u <= 1
    # the argument is at most 1/3, and each term of the series of artanh adds about one digit.
    u = jnp.exp(-jnp.abs(z))
    argument = u / (2 + u)
    terms = 17 if z.dtype == jnp.float64 else 8
    series = jnp.full_like(z, 1 / (2 * terms - 1))
    for k in reversed(range(terms - 1)):
        series = series * argument**2 + 1 / (2 * k + 1)
    return jnp.maximum(z, 0) + 2 * argument * series


@softplus.defjvp
def _softplus_jvp(primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> tuple[Array, Array]:
    # Differentiating the series term by term would compute a second series.
    (z,), (dz,) = primals, tangents
    return softplus(z), jax.nn.sigmoid(z) * dz
