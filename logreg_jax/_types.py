"""The values that travel between the functions of the library."""

from collections.abc import Callable
from typing import Any, NamedTuple

from jaxtyping import Array, Float, Scalar, Shaped


class Params(NamedTuple):
    """Parameters of a linear score `x @ weights.T + bias`.

    Weights are stored one row per output, as scikit-learn's `coef_` and PyTorch's `Linear` have
    them. On a CPU this layout also makes a training step almost twice as fast as the transposed
    one, because both matrix products of the step then read `x` along its rows.
    """

    weights: Float[Array, "outputs features"]
    bias: Float[Array, " outputs"]


class Batch(NamedTuple):
    """Examples with their targets.

    Attributes:
        x: features, floating, `[examples, features]`.
        y: targets, `[examples]`: real for linear, 0 or 1 for logistic, class index for softmax;
            `[examples, outputs]` for linear with several outputs.
        weight: sample weights, floating, `[examples]`, or None for equal weights. Means are
            weighted means, so a 0/1 weight selects a fold without copying `x`.
    """

    x: Float[Array, "examples features"]
    y: Shaped[Array, "examples *outputs"]
    weight: Float[Array, " examples"] | None = None


class Fit(NamedTuple):
    """What a training run returns.

    Attributes:
        params: parameters after the last step.
        state: solver state after the last step; pass it on to continue the run.
        losses: the loss of each step's batch BEFORE that step, `[steps]`.
    """

    params: Params
    state: Any
    losses: Float[Array, " steps"]


Hyperparameter = Any
"""A scalar leaf of a model or solver; while it is swept, an array of its values."""

Objective = Callable[[Params, Batch], Scalar]
"""A scalar function of parameters and examples: what a solver decreases."""
