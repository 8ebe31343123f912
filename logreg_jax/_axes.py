"""What is swept: every array with one axis more, in front, than one run takes."""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from ._types import Batch, Params
from .models import Model

Axes = tuple[Model, Any, Params, Batch]
"""`in_axes` for `vmap`, in the places of the arrays: 0 where one is swept, None where all share it."""


def swept_axes(model: Model, solver: Any, params: Params, data: Batch) -> tuple[Axes, int]:
    """The axes to vmap over and how many runs there are.

    Args:
        model: hyperparameters are scalars, or `[runs]`.
        solver: likewise.
        params: weights `[outputs, features]` or `[runs, outputs, features]`; bias likewise.
        data: x `[examples, features]`, y `[examples]` (`[examples, outputs]` for linear with several
            outputs), weight `[examples]`, each with or without `[runs]` in front.

    Returns:
        The axes of (model, solver, params, data), and the number of runs.

    Raises:
        ValueError: if nothing is swept, or not all swept arrays have the same length.
    """
    several = model.target == "continuous" and jnp.shape(params.bias)[-1] > 1
    scalars = partial(jax.tree.map, lambda leaf: 0)
    weight = None if data.weight is None else 1
    single: Any = (scalars(model), scalars(solver), (2, 1), (2, 2 if several else 1, weight))
    run = (model, solver, tuple(params), tuple(data))
    lengths: set[int] = set()

    def axis(array, rank):
        if jnp.ndim(array) == rank:
            return None
        if jnp.ndim(array) != rank + 1:
            raise ValueError(
                f"got an array of shape {jnp.shape(array)}; expected rank {rank}, or {rank + 1} to "
                "sweep it. Put the swept axis in front."
            )
        lengths.add(jnp.shape(array)[0])
        return 0

    of_model, of_solver, of_params, of_data = jax.tree.map(axis, run, single)
    axes = (of_model, of_solver, Params(*of_params), Batch(*of_data))
    if len(lengths) != 1:
        got = "no swept array" if not lengths else f"swept arrays of lengths {sorted(lengths)}"
        raise ValueError(
            f"got {got}; expected arrays with one more leading axis, all of one length. Make the "
            "arrays of a grid equally long first, for example with numpy.meshgrid and ravel."
        )
    return axes, lengths.pop()
