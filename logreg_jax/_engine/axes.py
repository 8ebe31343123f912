"""Which arrays of many fits have a leading axis of models, and which are shared.

A hyperparameter is a scalar, `params.weights` has rank 2, and so on. An array with one more leading axis
differs between the models. Any other array is shared by all of them and not copied.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import ArrayLike
from jaxtyping import Array

from .._types import Batch, Model, Params, PyTree
from .protocols import FullBatchSolver, Solver

Fields = TypeVar("Fields")


class Inputs(NamedTuple):
    """The arguments of many fits; or, with 0 and None as leaves, the axes of these arrays.

    A full-batch fit has no plan; a solve has no state either.

    Attributes:
        model: the model, with penalties `[]` or `[models]`.
        solver: the solver, with hyperparameters `[]` or `[models]`.
        params: the start.
        state: state of an earlier sweep, every array `[models, ...]`, or None.
        data: the examples.
        plan: the batch order, or None.
    """

    model: Model
    solver: Solver | FullBatchSolver
    params: Params
    state: PyTree
    data: Batch
    plan: Array | None


def axes_of(inputs: Inputs) -> Inputs:
    """0 for each array with a leading axis `[models]`, None for each array that all models share.

    Args:
        inputs: arguments of many fits.

    Returns:
        The same structure, with 0 and None as leaves.

    Raises:
        ValueError: if an array has neither the rank that `fit` takes nor one more.
    """
    return _unchecked(
        Inputs,
        hyperparameter_axes(inputs.model),
        hyperparameter_axes(inputs.solver),
        params_axes(inputs.params),
        # A state comes from an earlier sweep: all its arrays have a leading axis of models.
        jax.tree.map(lambda _: 0, inputs.state),
        batch_axes(inputs.model, inputs.params, inputs.data),
        _axis("plan", inputs.plan, 2),
    )


def hyperparameter_axes(hyperparameters: PyTree) -> PyTree:
    """Axes of a model or a solver; the hyperparameters of one model are scalars."""
    return jax.tree.map(lambda leaf: _axis("a hyperparameter", leaf, 0), hyperparameters)


def params_axes(params: Params) -> Params:
    """Axes of parameters; one model's are `[outputs, features]` and `[outputs]`."""
    weights, bias = params
    return _unchecked(Params, _axis("weights", weights, 2), _axis("bias", bias, 1))


def batch_axes(model: Model, params: Params, batch: Batch) -> Batch:
    """Axes of examples; one model's are `[examples, features]`, `[examples]` and `[examples]`.

    The targets of linear regression with several outputs are `[examples, outputs]`.
    """
    several = model.target == "continuous" and jnp.shape(params.bias)[-1] > 1
    x, y, weight = batch
    return _unchecked(
        Batch, _axis("x", x, 2), _axis("y", y, 1 + several), _axis("weight", weight, 1)
    )


def count_models(inputs: PyTree, axes: PyTree) -> int:
    """The number of models.

    Args:
        inputs: arguments of many fits, or of a metric of many models.
        axes: from `axes_of(inputs)`, or of the same form.

    Returns:
        The common length of all axes of models.

    Raises:
        ValueError: if no array has an axis of models, or two have axes of different lengths.
    """
    sizes: dict[int, str] = {}

    def note(path: tuple[object, ...], axis: int | None, leaf: PyTree) -> None:
        if axis == 0:
            sizes.setdefault(len(leaf), jax.tree_util.keystr(path, simple=True, separator="."))

    jax.tree_util.tree_map_with_path(note, axes, inputs, is_leaf=lambda axis: axis is None)
    if not sizes:
        raise ValueError(
            "got arrays of one model; expected at least one array with an extra leading axis, such as "
            "learning rates [models] or sample weights [models, examples]. For one model use fit or solve."
        )
    if 0 in sizes:
        raise ValueError(
            f"got no models in {sizes[0]}; expected at least one. Pass an axis that is not empty."
        )
    if len(sizes) > 1:
        found = ", ".join(f"{size} in {name}" for size, name in sizes.items())
        raise ValueError(
            f"got different numbers of models: {found}; expected the same number everywhere. "
            "Use grid(...) for arrays of all combinations."
        )
    return next(iter(sizes))


def select(inputs: Inputs, axes: Inputs, index: int | Array | np.ndarray) -> Inputs:
    """The models at `index`, an integer for one of them or integers `[k]` for several."""

    def take(axis: int | None, leaf: PyTree) -> PyTree:
        return leaf if axis is None else leaf[index]

    return map_axes(take, axes, inputs)


def map_axes(function: Callable[..., Any], axes: Inputs, *inputs: Inputs) -> Inputs:
    """`function(axis, leaf, ...)` for each array, where axis is None if all models share it."""
    mapped: Inputs = jax.tree.map(function, axes, *inputs, is_leaf=lambda axis: axis is None)
    return mapped


def _unchecked(kind: Callable[..., Fields], *axes: PyTree) -> Fields:
    # A tuple of axes in place of arrays, which no annotation of the fields describes.
    return kind(*axes)


def _axis(name: str, array: ArrayLike | None, rank: int) -> int | None:
    if array is None or jnp.ndim(array) == rank:
        return None
    if jnp.ndim(array) == rank + 1:
        return 0
    raise ValueError(
        f"got {name} of shape {jnp.shape(array)}; expected rank {rank}, or {rank + 1} with a leading "
        "axis of models. Reshape it to one of these."
    )
