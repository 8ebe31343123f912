"""Batch orders: which examples each step sees. The order is data, so that any program can follow it."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Int

from ._checks.messages import error_message
from ._checks.scalars import check_key, check_size, check_switch


def epoch_plan(
    key: Array | None, num_examples: int, batch_size: int, epochs: int, *, drop_last: bool = False
) -> Int[Array, "steps batch"]:
    """A batch order that visits every example once per epoch.

    If `batch_size` does not divide `num_examples`, each epoch ends with a shorter batch, as in
    PyTorch's `DataLoader` and Keras' `fit`. It is padded with -1, and `fit` gives the padding weight
    zero: every example is visited, and the mean of the short batch is over its own examples.

    Args:
        key: JAX random key; each epoch gets a new order. None keeps the order of the data.
        num_examples: number of examples in the data.
        batch_size: number of examples in a step.
        epochs: number of passes over the data.
        drop_last: drop the last, shorter batch of each epoch.

    Returns:
        int32 indices, `[steps, batch_size]`, where -1 is padding; steps per epoch are
        `ceil(num_examples / batch_size)`, or the floor of it with `drop_last`.

    Raises:
        ValueError: if a size is not positive or the batch is larger than the data.
        TypeError: if a size is not an integer, `key` is no random key, or `drop_last` is no boolean.
    """
    check_key(key)
    check_switch("drop_last", drop_last)
    check_size("num_examples", num_examples)
    check_size("batch_size", batch_size)
    check_size("epochs", epochs)
    if batch_size > num_examples:
        expected = f"at most num_examples={num_examples}"
        remedy = "Use a smaller batch, or full_batch_plan(num_examples, steps)."
        raise ValueError(error_message(f"batch_size={batch_size}", expected, remedy))
    in_order = jnp.arange(num_examples, dtype=jnp.int32)
    if key is None:
        orders = jnp.broadcast_to(in_order, (epochs, num_examples))
    else:

        def shuffle(epoch_key: Array) -> Array:
            return jax.random.permutation(epoch_key, in_order)

        orders = jax.vmap(shuffle)(jax.random.split(key, epochs))
    rest = num_examples % batch_size
    if drop_last:
        orders = orders[:, : num_examples - rest]
    elif rest:
        orders = jnp.pad(orders, ((0, 0), (0, batch_size - rest)), constant_values=-1)
    return orders.reshape(-1, batch_size)


def full_batch_plan(num_examples: int, steps: int) -> Int[Array, "steps examples"]:
    """A plan in which every step sees all examples, in the order of the data.

    It is for code that takes any plan. `fit_full_batch` trains the same way without gathering the
    rows of `x` in every step.

    Args:
        num_examples: number of examples in the data.
        steps: number of steps.

    Returns:
        int32 indices, `[steps, num_examples]`.

    Raises:
        ValueError: if a size is not positive.
        TypeError: if a size is not an integer.
    """
    check_size("num_examples", num_examples)
    check_size("steps", steps)
    return jnp.broadcast_to(jnp.arange(num_examples, dtype=jnp.int32), (steps, num_examples))
