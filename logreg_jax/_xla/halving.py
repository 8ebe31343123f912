"""Reductions over few long rows: half of the rows is combined with the other half until one is left."""

from collections.abc import Callable
from functools import reduce

import jax.numpy as jnp
from jaxtyping import Array

LONG_ROWS = 8192
"""Columns from which halving pays. On shorter rows a training is 0.95 to 0.98 times as fast (JAX
0.10.2)."""


def max_by_halves(rows: Array) -> Array:
    """Elementwise maximum of the rows, `[rows, columns] -> [columns]`.

    Plain form: `jnp.max(rows, axis=0)`.
    Persuades XLA:CPU to: emit vectorised elementwise maxima of whole rows instead of its reduction.
    Gain: MNIST solved in 1.15 s instead of 1.5 s, with `sum_by_halves` (JAX 0.10.2).
    Upstream: no upstream issue known.
    """
    return _halve(jnp.maximum, rows)


def sum_by_halves(rows: Array) -> Array:
    """Sum of the rows, `[rows, columns] -> [columns]`.

    Plain form: `jnp.sum(rows, axis=0)`.
    Persuades XLA:CPU to: emit vectorised additions of whole rows instead of its reduction.
    Gain: 10 rows of 60,000 columns in 0.13 ms instead of 2.8 ms; MNIST solved in 1.15 s instead of
        1.5 s, with `max_by_halves` (JAX 0.10.2).
    Upstream: no upstream issue known.
    """
    return _halve(jnp.add, rows)


def _halve(combine: Callable[[Array, Array], Array], rows: Array) -> Array:
    odd = []
    while len(rows) > 1:
        half = len(rows) // 2
        odd += [rows[-1]] if len(rows) % 2 else []
        rows = combine(rows[:half], rows[half : 2 * half])
    return reduce(combine, odd, rows[0])
