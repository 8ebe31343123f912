"""The values that travel between the functions of the library."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Literal, NamedTuple, Protocol, runtime_checkable

import jax
import numpy as np
from jax.typing import ArrayLike
from jaxtyping import Array, Float, Int, Scalar, Shaped

ArrayInput = ArrayLike | Sequence[object]
"""An argument that is not yet validated, such as an array, a number or nested lists."""

Hyperparameter = Any
"""A scalar leaf of a model or solver, or an array of its values in a sweep.

It cannot be narrower: transformations of JAX rebuild models and solvers with axes, None and other
placeholders as leaves.
"""


PyTree = Any
"""A tree of arrays, such as the state of a solver, of which only its author knows the structure.

An alias of Any, because the type of that name in jaxtyping needs a further library.
"""


class Params(NamedTuple):
    """Parameters of a linear score `x @ weights.T + bias`.

    Weights have one row per output, as scikit-learn's `coef_` and PyTorch's `Linear` do. On a CPU
    this layout also makes a training step almost twice as fast as the transposed one, because both
    matrix products of the step then read `x` along its rows.

    Attributes:
        weights: floating, `[outputs, features]`.
        bias: of the same dtype, `[outputs]`.
    """

    weights: Float[Array, "outputs features"]
    bias: Float[Array, " outputs"]


class Batch(NamedTuple):
    """Examples with their targets.

    Where JAX's 64-bit types are off, x of float64 becomes float32, with a warning, once in a process; a
    feature whose values float32 does not tell apart, such as timestamps in seconds, is refused. To
    compute in float64, call `jax.config.update('jax_enable_x64', True)` first.

    Attributes:
        x: features, floating, `[examples, features]`.
        y: targets, `[examples]`: real for linear, 0 or 1 for logistic, class index for softmax;
            `[examples, outputs]` for linear with several outputs.
        weight: sample weights, floating, `[examples]`, or None for equal weights. Means are
            weighted means, so a 0/1 weight selects a fold without copying `x`.
    """

    x: Float[Array, "examples features"]
    y: Shaped[Array, " examples *outputs"]
    weight: Float[Array, " examples"] | None = None


ExampleLoss = Callable[
    [Float[Array, "examples outputs"], Shaped[Array, " examples"]], Float[Array, " examples"]
]
"""A loss of each example, from its scores and its target."""

Target = Literal["continuous", "binary", "multiclass"]
"""What `y` holds, in scikit-learn's terms."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Model:
    """A generalised linear model: what to do with the score `x @ weights.T + bias`.

    A pytree. The functions are static, the penalties are leaves: a new `l2` does not recompile and
    can be vmapped. Only a penalty that is the number 0 is left out of the program of `fit` and
    `sweep`, which is therefore another program. Make a variant with
    `dataclasses.replace(softmax, l2=1e-3)`, or a model of your own by giving the functions. If you
    replace `example_loss`, replace everything that describes it: `curvature`, `conjugate` and
    `separable_below`.

    Attributes:
        name: how error messages refer to the model.
        target: what `y` holds, in scikit-learn's terms: "continuous", "binary" or "multiclass".
        example_loss: `(scores [examples, outputs], y [examples]) -> losses [examples]`.
        inverse_link: `scores [examples, outputs] -> mean of y`, what `predict` returns.
        l2: strength of the penalty `l2 / 2 * sum(weights ** 2)`; the bias is not penalised.
        l1: strength of the penalty `l1 * sum(abs(weights))`; with `l2` the elastic net.
        curvature: lower and upper bound of the eigenvalues of the second derivative of
            `example_loss` with respect to the scores of one example. Solvers derive step sizes
            from the upper bound.
        conjugate: `(dual [examples, outputs], y [examples]) -> [examples]`, the convex conjugate
            `max over scores of sum(dual * scores) - example_loss(scores, y)`; the certificate of a
            penalty without `l2` needs it. None if it is not known.
        separable_below: an example whose loss is below this number is on the right side of the
            decision boundary, and its loss keeps decreasing as the parameters are scaled up:
            log 2 for logistic and softmax. If all examples are, the data is separable and an
            unpenalised loss has no minimum. None if no such number exists.
    """

    name: str = field(metadata={"static": True})
    target: Target = field(metadata={"static": True})
    example_loss: ExampleLoss = field(metadata={"static": True})
    inverse_link: Callable[[Array], Array] = field(metadata={"static": True})
    l2: Hyperparameter = 0.0
    l1: Hyperparameter = 0.0
    curvature: tuple[float, float] = field(default=(0.0, math.inf), metadata={"static": True})
    conjugate: ExampleLoss | None = field(default=None, metadata={"static": True})
    separable_below: float | None = field(default=None, metadata={"static": True})


Objective = Callable[[Params, Batch], Scalar]
"""A scalar function of parameters and examples: what a solver decreases."""

Metric = Callable[[Model, Params, Batch], Scalar]
"""A score of a fit, such as `accuracy` or `log_loss`."""

Progress = Callable[[int, int], None]
"""Called with the number of finished models and the number of all models."""


@runtime_checkable
class Splitter(Protocol):
    """A splitter of scikit-learn, such as `KFold(5)` or `StratifiedKFold(5)`."""

    def split(self, X: np.ndarray, y: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """The indices of training and of held-out examples, fold by fold."""
        ...


Folds = ArrayInput | Splitter | Iterable[object]
"""What each fold of a cross-validation holds out: booleans, a splitter, or pairs of indices."""


class Fit(NamedTuple):
    """The result of a training run.

    Attributes:
        params: parameters after the last step.
        state: solver state after the last step; pass it on to continue the run.
        losses: the loss of each step's batch BEFORE that step, `[steps]`.
    """

    params: Params
    state: PyTree
    losses: Float[Array, " steps"]


class Status(IntEnum):
    """How a solve ended.

    Attributes:
        CONVERGED: the gap is within the tolerance.
        MAX_STEPS: the step limit was reached.
        DIVERGED: a number is no longer finite; the data is not finite or badly scaled.
        STALLED: many steps without progress.
        NOT_CERTIFIABLE: the solver expects no further decrease, but no bound is known: there is no
            penalty, or only l1 in a model without a conjugate. For linear without l2 this happens
            only if features are dependent or there are more than 1,024.
        SEPARABLE: the loss has no minimum: there is no penalty, every example is on the right side
            of the decision boundary, and larger weights are always better.
        PRECISION_LIMIT: the result is as exact as this dtype can show, which is not within the tolerance:
            the rest of the gap is its allowance for rounding. `certificate` shows more, from the
            same parameters; a solve in float64 finds more.
    """

    CONVERGED = 0
    MAX_STEPS = 1
    DIVERGED = 2
    STALLED = 3
    NOT_CERTIFIABLE = 4
    SEPARABLE = 5
    PRECISION_LIMIT = 6


class Solution(NamedTuple):
    """The result of a solve; under `vmap` every field has one more leading axis.

    Attributes:
        params: weights `[outputs, features]`, bias `[outputs]`.
        gap: upper bound on `loss(params) - min loss`, in units of the loss; infinite if no bound is
            known.
        gradient_norm: Euclidean norm of the smallest subgradient, zero only at a minimum.
        steps: number of steps taken.
        status: one of `Status`.
    """

    params: Params
    gap: Float[Array, "*models"]
    gradient_norm: Float[Array, "*models"]
    steps: Int[Array, "*models"]
    status: Int[Array, "*models"]
