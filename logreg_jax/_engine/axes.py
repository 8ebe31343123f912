"""Which arrays of many fits have one axis more than a single fit takes: that axis counts the models.

A hyperparameter is a scalar, `params.weights` has rank 2, and so on. Whatever comes with one axis more
differs between the models; whatever does not is shared by all of them, and is not copied.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from ._types import Batch, Params
from .models import Model


class Inputs(NamedTuple):
    """What `fit` takes, for many models; or, with 0 and None as leaves, the axes of these arrays.

    A full-batch fit has no plan; `solve` takes no state either.
    """

    model: Any
    solver: Any
    params: Params
    state: Any
    data: Batch
    plan: Any


def axes_of(inputs: Inputs) -> Inputs:
    """0 for each array whose first axis counts the models, None for each that all models share.

    Raises:
        ValueError: if an array has neither the rank that `fit` takes nor one more.
    """
    return Inputs(
        hyperparameter_axes(inputs.model),
        hyperparameter_axes(inputs.solver),
        params_axes(inputs.params),
        # a state is what an earlier sweep returned, with all its arrays one per model
        jax.tree.map(lambda leaf: 0, inputs.state),
        batch_axes(inputs.model, inputs.params, inputs.data),
        _axis("plan", inputs.plan, 2),
    )


def hyperparameter_axes(hyperparameters: Any) -> Any:
    """Axes of a model or a solver; a hyperparameter is a scalar."""
    return jax.tree.map(lambda leaf: _axis("a hyperparameter", leaf, 0), hyperparameters)


def params_axes(params: Params) -> Params:
    """Axes of parameters; one model's are `[outputs, features]` and `[outputs]`."""
    weights, bias = params
    return Params(_axis("weights", weights, 2), _axis("bias", bias, 1))


def batch_axes(model: Model, params: Params, batch: Batch) -> Batch:
    """Axes of examples; one model's are `[examples, features]` and twice `[examples]`.

    The targets of linear regression with several outputs are `[examples, outputs]`.
    """
    several = model.target == "continuous" and jnp.shape(params.bias)[-1] > 1
    x, y, weight = batch
    return Batch(_axis("x", x, 2), _axis("y", y, 1 + several), _axis("weight", weight, 1))


def count_models(inputs: Inputs, axes: Inputs) -> int:
    """How many models there are.

    Raises:
        ValueError: if no array has an axis of models, or two have axes of different lengths.
    """
    sizes: dict[int, str] = {}

    def note(path, axis, leaf) -> None:
        if axis == 0:
            sizes.setdefault(len(leaf), jax.tree_util.keystr(path, simple=True, separator="."))

    jax.tree_util.tree_map_with_path(note, axes, inputs, is_leaf=lambda axis: axis is None)
    if not sizes:
        raise ValueError(
            "got arrays of one model; expected at least one with a further first axis, such as "
            "learning rates [models] or sample weights [models, examples]. Use fit for one model."
        )
    if 0 in sizes:
        raise ValueError(
            f"got no models in {sizes[0]}; expected at least one. Pass an axis that is not empty."
        )
    if len(sizes) > 1:
        said = ", ".join(f"{size} in {name}" for size, name in sizes.items())
        raise ValueError(
            f"got different numbers of models: {said}; expected one number for all. "
            "grid(...) makes arrays that hold all combinations."
        )
    return next(iter(sizes))


def select(inputs: Inputs, axes: Inputs, index) -> Inputs:
    """The models at `index`, an integer for one of them or integers `[k]` for several."""

    def of(axis, leaf):
        return leaf if axis is None else leaf[index]

    return for_each(of, axes, inputs)


def for_each(of: Callable, axes: Inputs, *inputs: Inputs) -> Any:
    """`of(axis, leaf, ...)` for each axis, with None for what all models share."""
    return jax.tree.map(of, axes, *inputs, is_leaf=lambda axis: axis is None)


def _axis(name: str, array, rank: int) -> Any:
    if array is None or jnp.ndim(array) == rank:
        return None
    if jnp.ndim(array) == rank + 1:
        return 0
    raise ValueError(
        f"got {name} of shape {jnp.shape(array)}; expected rank {rank}, or {rank + 1} with one entry "
        "per model first. Reshape it."
    )
