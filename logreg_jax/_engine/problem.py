"""A model and all its examples, made ready for solvers that see every example in every step."""

from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Scalar

from ._passes import products, summed, weighted_sum, weighted_total
from ._types import Batch, Params
from .models import Model, penalty

LARGEST_MATRIX = 1024
"""Features up to which the eigenvalues of their covariance are worth having (0.3 s on two cores)."""


class Examples(NamedTuple):
    """The examples at some scores. One row per output: what they go through runs along the examples.

    Attributes:
        scores: `weights @ x.T + bias`, `[outputs, examples]`.
        losses: `[examples]`.
        slopes: derivatives of the losses by the scores, `[outputs, examples]`.
    """

    scores: Float[Array, "outputs examples"]
    losses: Float[Array, " examples"]
    slopes: Float[Array, "outputs examples"]


class Point(NamedTuple):
    """Parameters with what one look at all examples tells about them.

    Attributes:
        params: weights `[outputs, features]`, bias `[outputs]`.
        examples: scores, losses and slopes there.
        value: the objective, penalties included.
        gradient: gradient of the smooth part, that is without `l1`.
        squares: weighted mean of the squared slopes of the losses by the scores, `[outputs]`.
        worst: the largest loss of an example that has a weight.
    """

    params: Params
    examples: Examples
    value: Scalar
    gradient: Params
    squares: Float[Array, " outputs"]
    worst: Scalar


class Scales(NamedTuple):
    """Numbers about the data that do not change while it is solved.

    Attributes:
        size: root of the weighted mean of `x ** 2`, over examples and features.
        convexity: of the mean loss by the weights, a constant of strong convexity once the bias is
            minimised out; 0 unless the loss is strongly convex itself (linear).
        null: the loss of scores that are all zero, the scale of a loss on this data.
    """

    size: Scalar
    convexity: Scalar
    null: Scalar


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Problem:
    """What is minimised: the mean loss of all examples plus the penalties.

    Attributes:
        model: the model with its penalties.
        data: the examples.
        weight: sample weights that sum to one, `[examples]`.
        scales: sizes of the data.
    """

    model: Model
    data: Batch
    weight: Float[Array, " examples"]
    scales: Scales

    def scores(self, params: Params) -> Array:
        """`weights @ x.T + bias`; being linear, also the change of the scores along a direction."""
        return products(params.weights, self.data.x) + params.bias[:, None]

    def examples(self, scores: Array) -> Examples:
        """Losses and slopes at scores `[outputs, examples]`."""
        losses, pull = jax.vjp(lambda z: self.model.example_loss(z.T, self.data.y), scores)
        return Examples(scores, losses, pull(jnp.ones_like(losses))[0])

    def bend(self, scores: Array, direction: Array) -> Array:
        """Second derivatives of the losses times a direction `[outputs, examples]` of the scores."""
        return jax.jvp(lambda z: self.examples(z).slopes, (scores,), (direction,))[1]

    def pull(self, slopes: Array) -> Params:
        """The weighted mean of `slopes [outputs, examples]` times features: a gradient."""
        residual = self.weight[None, :] * slopes
        weights = summed(_weighted_rows, residual.dtype, self.data.x, residual)
        return Params(weights, jnp.sum(residual, axis=1))

    def at(self, params: Params, examples: Examples) -> Point:
        """The point whose examples have been looked at already: one pass over x."""
        _, losses, slopes = examples
        gradient = self.pull(slopes)
        gradient = gradient._replace(weights=gradient.weights + self.model.l2 * params.weights)
        weight = self.weight
        value = weighted_total(weight, losses) + penalty(self.model, params)
        # As a product: the same reduction of 1,000 models took XLA's CPU backend five times as long.
        squares = jnp.einsum("oe,oe,e->o", slopes, slopes, weight)
        worst = jnp.max(jnp.where(weight > 0, losses, 0))
        return Point(params, examples, value, gradient, squares, worst)

    def evaluate(self, params: Params) -> Point:
        """The point of the parameters: two passes over x."""
        return self.at(params, self.examples(self.scores(params)))

    def curvatures(self, point: Point) -> Array:
        """About how curved the mean loss is by each output's bias, `[outputs]`."""
        # For a likelihood the mean square of the slopes is about the curvature (information identity).
        low, high = self.model.curvature
        return jnp.clip(point.squares, max(low, float(jnp.finfo(point.value.dtype).eps)), high)

    def scale(self, point: Point) -> Scalar:
        """What `tol` is relative to: the objective, but not less than its rounding error."""
        return jnp.abs(point.value) + jnp.finfo(point.value.dtype).eps * jnp.abs(self.scales.null)


def _weighted_rows(x: Array, residual: Array) -> Array:
    if len(residual) == 1:
        return weighted_sum(residual[0], x)[None, :]
    return residual @ x


def make_problem(
    model: Model, params: Params, data: Batch, scales: Scales | None = None
) -> Problem:
    """The problem of a checked batch; `scales` from an earlier call on the same data save passes."""
    dtype = params.weights.dtype
    weight = jnp.ones(len(data.x), dtype) if data.weight is None else data.weight
    weight = weight / jnp.sum(weight)
    return Problem(model, data, weight, scales or _scales(model, params, data, weight))


def _scales(model: Model, params: Params, data: Batch, weight: Array) -> Scales:
    # First each example's mean: no array of squares, and many models on one x share it. With 500,000
    # times 28 the array took a fifth of a whole solve.
    square = lambda x, weight: jnp.vdot(weight, jnp.mean(x**2, axis=1))
    size = jnp.sqrt(summed(square, weight.dtype, data.x, weight))
    nothing = jnp.zeros((len(data.x), params.bias.size), weight.dtype)
    null = weight @ model.example_loss(nothing, data.y)
    return Scales(size, _convexity(model, data.x, weight), null)


def _convexity(model: Model, x: Array, weight: Array) -> Scalar:
    # The smallest eigenvalue of the covariance, less what rounding may have added to it.
    if model.curvature[0] == 0 or x.shape[1] > LARGEST_MATRIX:
        return jnp.zeros_like(weight[0])
    mean = summed(lambda x, weight: weight @ x, weight.dtype, x, weight)

    def covariance(x: Array, weight: Array) -> Array:
        centred = x - mean[None, :]
        return (centred * weight[:, None]).T @ centred

    values = jnp.linalg.eigvalsh(summed(covariance, weight.dtype, x, weight))
    allowance = 4 * len(values) * jnp.finfo(weight.dtype).eps * values[-1]
    return model.curvature[0] * jnp.maximum(values[0] - allowance, 0)
