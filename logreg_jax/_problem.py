"""A model and all its examples, made ready for solvers that see every example in every step."""

from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Scalar

from ._types import Batch, Params
from .models import Model, penalty


class Point(NamedTuple):
    """Parameters with what one look at all examples tells about them.

    Attributes:
        params: weights `[outputs, features]`, bias `[outputs]`.
        scores: `x @ weights.T + bias`, `[examples, outputs]`.
        value: the objective, penalties included.
        gradient: gradient of the smooth part, that is without `l1`.
        rounding: size of the rounding error of one entry of the gradient.
        worst: the largest loss of an example that has a weight.
    """

    params: Params
    scores: Float[Array, "examples outputs"]
    value: Scalar
    gradient: Params
    rounding: Scalar
    worst: Scalar


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Problem:
    """What is minimised: the mean loss of all examples plus the penalties.

    Attributes:
        model: the model with its penalties.
        data: the examples; `data.weight` is never None and sums to one.
        size: root of the weighted mean of `x ** 2`, over examples and features.
        convexity: a constant of strong convexity in the weights, once the bias is minimised out.
        null: the loss of scores that are all zero, the scale of a loss on this data.
    """

    model: Model
    data: Batch
    size: Scalar
    convexity: Scalar
    null: Scalar

    def scores(self, params: Params) -> Array:
        """`x @ weights.T + bias`; being linear, also the change of the scores along a direction."""
        return self.data.x @ params.weights.T + params.bias[None, :]

    def slopes(self, scores: Array) -> tuple[Array, Array]:
        """Losses `[examples]` and their derivatives by the scores `[examples, outputs]`."""
        losses, pull = jax.vjp(lambda z: self.model.example_loss(z, self.data.y), scores)
        return losses, pull(jnp.ones_like(losses))[0]

    def bend(self, scores: Array, direction: Array) -> Array:
        """Second derivatives of the losses times a direction `[examples, outputs]` of the scores."""
        return jax.jvp(lambda z: self.slopes(z)[1], (scores,), (direction,))[1]

    def pull(self, slopes: Array) -> Params:
        """The weighted mean of `slopes [examples, outputs]` times features: a gradient."""
        residual = self.data.weight[:, None] * slopes
        return Params(residual.T @ self.data.x, jnp.sum(residual, axis=0))

    def at(self, params: Params, scores: Array) -> Point:
        """The point whose scores are known already: one pass over x."""
        losses, slopes = self.slopes(scores)
        gradient = self.pull(slopes)
        gradient = gradient._replace(weights=gradient.weights + self.model.l2 * params.weights)
        weight = self.data.weight
        value = jnp.sum(weight * losses) + penalty(self.model, params)
        size = jnp.sqrt(jnp.sum(weight[:, None] * slopes**2) / params.bias.size)
        # Terms of size |slope| |x| are rounded and added; blocked sums keep the error near epsilon.
        rounding = 4 * jnp.finfo(scores.dtype).eps * size * self.size
        worst = jnp.max(jnp.where(weight > 0, losses, 0))
        return Point(params, scores, value, gradient, rounding, worst)

    def evaluate(self, params: Params) -> Point:
        """The point of the parameters: two passes over x."""
        return self.at(params, self.scores(params))

    def scale(self, point: Point) -> Scalar:
        """What `tol` is relative to: the objective, but not less than its rounding error."""
        return jnp.abs(point.value) + jnp.finfo(point.value.dtype).eps * jnp.abs(self.null)


def make_problem(model: Model, params: Params, data: Batch) -> Problem:
    """The problem of a checked batch, in the dtype of the parameters."""
    examples = len(data.x)
    weight = jnp.ones(examples, data.x.dtype) if data.weight is None else data.weight
    weight = weight / jnp.sum(weight)
    data = data._replace(weight=weight)
    size = jnp.sqrt(jnp.mean(weight @ data.x**2))
    null = weight @ model.example_loss(
        jnp.zeros((examples, params.bias.size), data.x.dtype), data.y
    )
    return Problem(model, data, size, _convexity(model, data), null)


def _convexity(model: Model, data: Batch) -> Scalar:
    # Only a loss that is itself strongly convex (linear) adds anything: the smallest eigenvalue of
    # the covariance, less what rounding may have added to it. With l2 it is not worth a pass.
    l2 = jnp.asarray(model.l2, data.x.dtype)
    if model.curvature[0] == 0:
        return l2

    def smallest_eigenvalue(x):
        centred = x - (data.weight @ x)[None, :]
        values = jnp.linalg.eigvalsh((centred * data.weight[:, None]).T @ centred)
        allowance = 4 * len(values) * jnp.finfo(x.dtype).eps * values[-1]
        return jnp.maximum(values[0] - allowance, 0)

    smallest = jax.lax.cond(l2 > 0, lambda x: jnp.zeros_like(l2), smallest_eigenvalue, data.x)
    return l2 + model.curvature[0] * smallest
