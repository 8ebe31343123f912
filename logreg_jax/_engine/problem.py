"""A model and all its examples, prepared for solvers that see every example in every step."""

from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Scalar

from .._types import Batch, Model, Params
from .._xla.gram import weighted_gram
from .._xla.weighted_sums import weighted_mean_squares, weighted_sum, weighted_total
from .passes import matmul_x, sum_over_examples
from .penalties import penalty

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
    """

    params: Params
    linearization: Linearization
    value: Scalar
    gradient: Params
    mean_squared_slopes: Float[Array, " outputs"]
    largest_loss: Scalar


class Scales(NamedTuple):
    """Statistics of the data that do not change during a solve.

    Attributes:
        feature_rms: root of the weighted mean of `x ** 2`, over examples and features.
        convexity: constant of strong convexity of the mean loss in the weights, with the bias
            minimised out; 0 unless the example loss is strongly convex itself (linear).
        null_loss: the mean loss of scores that are all zero, the scale of a loss on this data.
    """

    feature_rms: Scalar
    convexity: Scalar
    null_loss: Scalar


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Problem:
    """What is minimised: the mean loss of all examples plus the penalties.

    Attributes:
        model: the model with its penalties.
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

    def point(self, params: Params, linearization: Linearization) -> Point:
        """The point with a given linearization: one pass over x."""
        _, losses, slopes = linearization
        gradient = self.vjp(slopes)
        gradient = gradient._replace(weights=gradient.weights + self.model.l2 * params.weights)
        value = weighted_total(self.weight, losses) + penalty(self.model, params)
        squares = weighted_mean_squares(slopes, self.weight)
        largest_loss = jnp.max(jnp.where(self.weight > 0, losses, 0))
        return Point(params, linearization, value, gradient, squares, largest_loss)

    def evaluate(self, params: Params) -> Point:
        """The point of the parameters: two passes over x."""
        return self.point(params, self.linearize(self.scores(params)))

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


def make_problem(
    model: Model, params: Params, data: Batch, scales: Scales | None = None
) -> Problem:
    """The problem of a checked batch; `scales` of earlier passes over the same data save these."""
    dtype = params.weights.dtype
    weight = jnp.ones(len(data.x), dtype) if data.weight is None else data.weight
    weight = weight / jnp.sum(weight)
    return Problem(model, data, weight, scales or _scales(model, params, data, weight))


def _residual_times_x(x: Array, residual: Array) -> Array:
    if len(residual) == 1:
        return weighted_sum(residual[0], x)[None, :]
    return residual @ x


def _scales(model: Model, params: Params, data: Batch, weight: Array) -> Scales:
    # A choice of the order of summation: with the mean over each example's features first there is no
    # array of squares, and many models share the means. With 500,000 examples of 28 features that array
    # took a fifth of the time of a solve (JAX 0.10.2).
    def squares(x: Array, weight: Array) -> Array:
        return jnp.vdot(weight, jnp.mean(x**2, axis=1))

    rms = jnp.sqrt(sum_over_examples(squares, weight.dtype, data.x, weight))
    zero_scores = jnp.zeros((len(data.x), params.bias.size), weight.dtype)
    null_loss = weight @ model.example_loss(zero_scores, data.y)
    return Scales(rms, _convexity(model, data.x, weight), null_loss)


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
