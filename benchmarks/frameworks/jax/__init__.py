"""JAX: this project's library, and what people write with JAX, Flax and optax without it."""
