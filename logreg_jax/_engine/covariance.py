"""The covariance of the features as a preconditioner: the Hessian at one curvature for all outputs."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax.scipy.linalg import solve_triangular
from jaxtyping import Array, Float

from .._types import Hyperparameter, Params
from .passes import sum_over_examples
from .problem import Problem

MAX_COVARIANCE_FEATURES = 1024
"""Features up to which their covariance is factored."""

_LATE = 0.1
"""Assumed curvature near the minimum, where most examples are classified correctly, as a share of the
curvature at scores of zero. It only sets the weight of the penalty beside the covariance."""


class Covariance(NamedTuple):
    """The covariance of the features, and its inverse for one penalty.

    Attributes:
        matrix: the covariance, `[features, features]`.
        mean: mean of the features, `[features]`.
        inverse_root: a matrix W such that `W' W` is the inverse of the covariance with the penalty,
            `[features, features]`.
    """

    matrix: Float[Array, "features features"]
    mean: Float[Array, " features"]
    inverse_root: Float[Array, "features features"]


def feature_covariance(problem: Problem, sample: Array, ridge: Hyperparameter = 0.0) -> Covariance:
    """The covariance of a sample of the examples; it ignores sample weights.

    Args:
        problem: has the penalty.
        sample: features `[rows, features]`.
        ridge: added to each variance.
    """
    # Ignored, so that many models with weights of their own (folds) share one covariance.
    dtype = problem.weight.dtype
    mean = jnp.mean(sample, axis=0, dtype=dtype)

    def gram(x: Array) -> Array:
        # Not `weighted_gram` with weights of one, which would write another array of the sample's size.
        centred = x - mean[None, :]
        return centred.T @ centred

    matrix = sum_over_examples(gram, dtype, sample) / len(sample)
    matrix += ridge * jnp.eye(len(matrix), dtype=dtype)
    return with_penalty(problem, Covariance(matrix, mean, jnp.zeros_like(matrix)))


def with_penalty(problem: Problem, covariance: Covariance) -> Covariance:
    """The same covariance with its inverse for the penalty of a problem."""
    matrix = covariance.matrix
    features, eps = len(matrix), jnp.finfo(matrix.dtype).eps
    low, high = problem.model.curvature
    curvature = jnp.clip(_LATE * problem.scales.null_curvature, max(low, float(eps)), high)
    penalty = problem.model.l2 / curvature
    variances = jnp.diagonal(matrix) + penalty
    # A factor of the correlations is as exact for features of small variance as for others. What is added
    # to the diagonal covers the rounding error of the smallest eigenvalue.
    scale = jax.lax.rsqrt(jnp.where(variances > 0, variances, 1))
    diagonal = penalty * scale**2 + 4 * features * eps
    correlations = matrix * scale[:, None] * scale[None, :] + jnp.diag(diagonal)
    identity = jnp.eye(features, dtype=matrix.dtype)
    # The inverse of the factor once, since a product in each step is faster than two triangular systems.
    root = solve_triangular(jnp.linalg.cholesky(correlations), identity, lower=True)
    return covariance._replace(inverse_root=root * scale[None, :])


def precondition(covariance: Covariance, curvatures: Array, gradient: Params) -> Params:
    """The inverse of `curvature * (covariance + penalty)` times the gradient, output by output."""
    slope = gradient.weights - gradient.bias[:, None] * covariance.mean[None, :]
    root = covariance.inverse_root
    weights = ((slope / curvatures[:, None]) @ root.T) @ root
    return Params(weights, gradient.bias / curvatures - weights @ covariance.mean)
