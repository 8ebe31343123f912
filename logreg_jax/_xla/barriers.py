"""A barrier behind which XLA leaves a matrix product as it was written."""

import jax
from jaxtyping import Array


def keep_layout(slopes: Array) -> Array:
    """The same array, materialised as it is.

    Plain form: `slopes`.
    Persuades XLA:CPU to: not transpose the product of slopes and x. The transposed product goes to
        another library, which leaves the second core idle until the next gather needs it.
    Gain: an epoch of MNIST in batches of 100 is 1.35 times as fast (JAX 0.10.2).
    Upstream: no upstream issue known.
    """
    return jax.lax.optimization_barrier(slopes)
