"""A model and all its examples, prepared for solvers that see every example in every step."""

from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax.typing import DTypeLike
from jaxtyping import Array, Float, Scalar

from .._types import Batch, Model, Params
from .._xla.gram import weighted_gram
from .._xla.weighted_sums import weighted_mean_squares, weighted_sum, weighted_total
from .passes import matmul_x, sum_over_examples
from .penalties import penalty

ROUNDING = 3.0
"""Allowance for the rounding error of a sum over the examples, in epsilons of the size of its terms.
Measured for entries of the gradient, float32, 60 to 200,000 examples: 0.2 to 1.6 (root mean square)."""

MAX_SPECTRUM_FEATURES = 1024
"""Features up to which the eigenvalues of their covariance are computed (0.3 s on two cores)."""


class Linearization(NamedTuple):
    """The losses of all examples to first order in the scores, which have one row per output.

    Attributes:
        scores: `weights @ x.T + bias`, `[outputs, examples]`.
        losses: loss of each example, `[examples]`.
        slopes: derivatives of the losses with respect to the scores, `[outputs, examples]`.
    """

    scores: Float[Array, "outputs examples"]
    losses: Float[Array, " examples"]
    slopes: Float[Array, "outputs examples"]


class Point(NamedTuple):
    """Parameters with the statistics of all examples at them.

    Attributes:
        params: weights `[outputs, features]`, bias `[outputs]`.
        linearization: scores, losses and slopes at the parameters.
        value: the objective, penalties included.
        gradient: gradient of the smooth part, that is without `l1`.
        mean_squared_slopes: weighted mean over the examples of the squared slopes, `[outputs]`.
        largest_loss: the largest loss of an example with a positive weight.
        score_error: how far rounding may have moved the scores away from those of `params`, root mean
            square over the examples, summed over the outputs as a norm.
    """

    params: Params
    linearization: Linearization
    value: Scalar
    gradient: Params
    mean_squared_slopes: Float[Array, " outputs"]
    largest_loss: Scalar
    score_error: Scalar


class Scales(NamedTuple):
    """Statistics of the data that do not change during a solve.

    Attributes:
        feature_rms: root of the weighted mean over the examples of `x ** 2`, `[features]`.
        offset: what was subtracted from the user's features, `[features]`.
        convexity: constant of strong convexity of the mean loss in the weights, with the bias
            minimised out; 0 unless the example loss is strongly convex itself (linear).
        null_loss: the mean loss of scores that are all zero, the scale of a loss on this data.
        null_curvature: estimated curvature of the mean loss in an output's bias at these scores, mean
            over the outputs.
        lowest: a number that the mean loss is never below; minus infinity without a conjugate.
    """

    feature_rms: Float[Array, " features"]
    offset: Float[Array, " features"]
    convexity: Scalar
    null_loss: Scalar
    null_curvature: Scalar
    lowest: Scalar


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Problem:
    """What is minimised: the mean loss of all examples plus the penalties.

    Attributes:
        model: the model with its penalties; its l1 may be None, where it is certainly zero.
        data: the examples.
        weight: sample weights that sum to one, `[examples]`.
        scales: magnitudes of the data.
    """

    model: Model
    data: Batch
    weight: Float[Array, " examples"]
    scales: Scales

    def scores(self, params: Params) -> Array:
        """`weights @ x.T + bias`: one pass over x. For a direction, the change of the scores."""
        return matmul_x(params.weights, self.data.x) + params.bias[:, None]

    def linearize(self, scores: Array) -> Linearization:
        """Losses and slopes at scores `[outputs, examples]`: no pass over x."""

        def losses_at(scores: Array) -> Array:
            return self.model.example_loss(scores.T, self.data.y)

        losses, vjp = jax.vjp(losses_at, scores)
        return Linearization(scores, losses, vjp(jnp.ones_like(losses))[0])

    def hvp(self, scores: Array, direction: Array) -> Array:
        """Second derivatives of the losses times a direction `[outputs, examples]` of the scores."""
        return jax.jvp(lambda z: self.linearize(z).slopes, (scores,), (direction,))[1]

    def vjp(self, slopes: Array) -> Params:
        """The gradient of the mean loss for slopes `[outputs, examples]`: one pass over x."""
        residual = self.weight[None, :] * slopes
        weights = sum_over_examples(_residual_times_x, residual.dtype, self.data.x, residual)
        return Params(weights, jnp.sum(residual, axis=1))

    def score_error(self, params: Params) -> Scalar:
        """The rounding error of scores that one pass computes, root mean square over the examples.

        For a direction that of the change of the scores. It includes the rounding of the parameters
        themselves, also of the bias that belongs to the user's features: a sum whose terms are
        rounded, whose errors add up like their root mean square.
        """
        terms = 1 + 0.5 * len(self.scales.offset) ** 0.5
        size = self.scales.feature_rms + terms * jnp.abs(self.scales.offset)
        of_weights = jnp.abs(params.weights) @ size
        return jnp.finfo(of_weights.dtype).eps * jnp.linalg.norm(of_weights + jnp.abs(params.bias))

    def point(self, params: Params, linearization: Linearization, score_error: Scalar) -> Point:
        """The point with a given linearization: one pass over x."""
        _, losses, slopes = linearization
        gradient = self.vjp(slopes)
        gradient = gradient._replace(weights=gradient.weights + self.model.l2 * params.weights)
        value = weighted_total(self.weight, losses) + penalty(self.model, params)
        squares = weighted_mean_squares(slopes, self.weight)
        largest_loss = jnp.max(jnp.where(self.weight > 0, losses, 0))
        return Point(params, linearization, value, gradient, squares, largest_loss, score_error)

    def evaluate(self, params: Params) -> Point:
        """The point of the parameters: two passes over x."""
        linearization = self.linearize(self.scores(params))
        return self.point(params, linearization, self.score_error(params))

    def curvatures(self, point: Point) -> Array:
        """Estimated curvature of the mean loss in each output's bias, `[outputs]`."""
        # The mean square of the slopes of a likelihood estimates its curvature (information identity).
        low, high = self.model.curvature
        smallest = max(low, float(jnp.finfo(point.value.dtype).eps))
        return jnp.clip(point.mean_squared_slopes, smallest, high)

    def scale(self, point: Point) -> Scalar:
        """The scale of `tol`: the objective, but at least its rounding error."""
        eps = jnp.finfo(point.value.dtype).eps
        return jnp.abs(point.value) + eps * jnp.abs(self.scales.null_loss)


def make_problem(model: Model, params: Params, data: Batch, offset: Array) -> Problem:
    """The problem of a checked batch whose features are those of the user less `offset`."""
    weight = normalized_weight(data, params.weights.dtype)
    return Problem(model, data, weight, _scales(model, params, data, weight, offset))


def normalized_weight(data: Batch, dtype: DTypeLike) -> Array:
    """Sample weights that sum to one, `[examples]`."""
    if data.weight is None:
        return jnp.full(len(data.x), 1 / len(data.x), dtype)
    # The sum of the weights may overflow, and the reciprocal of the largest may be zero: in two factors.
    factor = jax.lax.rsqrt(jnp.max(data.weight))
    share = data.weight * factor * factor
    return share / jnp.sum(share)


def _residual_times_x(x: Array, residual: Array) -> Array:
    if len(residual) == 1:
        return weighted_sum(residual[0], x)[None, :]
    return residual @ x


def _scales(model: Model, params: Params, data: Batch, weight: Array, offset: Array) -> Scales:
    def squares(x: Array, weight: Array) -> Array:
        return weighted_sum(weight, x**2)

    rms = jnp.sqrt(sum_over_examples(squares, weight.dtype, data.x, weight))
    zero_scores = jnp.zeros((len(data.x), params.bias.size), weight.dtype)
    losses, vjp = jax.vjp(lambda scores: model.example_loss(scores, data.y), zero_scores)
    slopes = vjp(jnp.ones_like(losses))[0].T
    null_loss, null_curvature = weight @ losses, jnp.mean(weighted_mean_squares(slopes, weight))
    lowest = -jnp.asarray(jnp.inf, weight.dtype)
    if model.conjugate is not None:
        # max over scores of 0 * score - loss
        lowest = -(weight @ model.conjugate(zero_scores, data.y))
    convexity = _convexity(model, data.x, weight)
    return Scales(rms, offset, convexity, null_loss, null_curvature, lowest)


def _convexity(model: Model, x: Array, weight: Array) -> Scalar:
    # The smallest eigenvalue of the covariance, less what rounding may have added to it.
    if model.curvature[0] == 0 or x.shape[1] > MAX_SPECTRUM_FEATURES:
        return jnp.zeros_like(weight[0])
    mean = sum_over_examples(lambda x, weight: weight @ x, weight.dtype, x, weight)

    def covariance(x: Array, weight: Array) -> Array:
        return weighted_gram(x - mean[None, :], weight)

    values = jnp.linalg.eigvalsh(sum_over_examples(covariance, weight.dtype, x, weight))
    allowance = 4 * len(values) * jnp.finfo(weight.dtype).eps * values[-1]
    return model.curvature[0] * jnp.maximum(values[0] - allowance, 0)
