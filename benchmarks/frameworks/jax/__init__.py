"""JAX: with this project's library, and without it, in JAX, Flax and optax alone."""
