"""The local quadratic model of a problem with one curvature per example, and its linear equations."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Scalar

from .._types import Hyperparameter, Params
from .._xla.gram import weighted_gram
from .._xla.weighted_sums import weighted_sum
from .passes import sum_over_examples
from .problem import Problem


class Quadratic(NamedTuple):
    """`gradient . step + 1/2 step . Hessian . step`, with the bias minimised out of it.

    Attributes:
        hessian: for the weights of one output, `[features, features]`, without `l2`.
        centre: mean of x under the curvatures, `[features]`. With the bias minimised out, the
            gradient of the weights is that of centred features.
        curvature: second derivative with respect to the bias.
    """

    hessian: Float[Array, "features features"]
    centre: Float[Array, " features"]
    curvature: Scalar

    def centred(self, gradient: Params) -> Array:
        """Gradient of the weights, `[outputs, features]`, with the bias minimised out."""
        return gradient.weights - gradient.bias[:, None] * self.centre[None, :]

    def with_bias(self, gradient: Params, weights: Array) -> Params:
        """The step whose bias is optimal for its weights."""
        return Params(weights, -gradient.bias / self.curvature - weights @ self.centre)


def quadratic_model(problem: Problem, scores: Array) -> Quadratic:
    """The model at scores, for one output or for independent outputs of equal curvature."""
    second = problem.hvp(scores, jnp.ones_like(scores))[0]
    # A curvature that rounds to zero everywhere (all probabilities 0 or 1) must not divide by zero.
    curvatures = problem.weight * second
    total = jnp.maximum(jnp.sum(curvatures), jnp.finfo(second.dtype).tiny * 1e4)
    x, dtype = problem.data.x, second.dtype
    # A product that adds the examples one by one would differ from the matrix by more than the ridge
    # of `cholesky` allows: with dependent features (a9a without a penalty) the factorisation failed.
    centre = sum_over_examples(lambda x, c: weighted_sum(c, x), dtype, x, curvatures) / total
    gram = sum_over_examples(weighted_gram, dtype, x, curvatures)
    return Quadratic(gram - total * centre[:, None] * centre[None, :], centre, total)


def cholesky(matrix: Array, l2: Hyperparameter) -> Array:
    """Cholesky factor of `matrix + l2 I`, with a ridge that keeps it positive despite rounding."""
    # Also with l2 = 0 and dependent features: the steps then converge to a solution all the same,
    # because repeating them with the true gradient is the proximal point method.
    jitter = 4 * len(matrix) * jnp.finfo(matrix.dtype).eps * jnp.max(jnp.diagonal(matrix))
    ridge = l2 + jitter + jnp.finfo(matrix.dtype).tiny * 1e4
    return jnp.linalg.cholesky(matrix + ridge * jnp.eye(len(matrix), dtype=matrix.dtype))


def cholesky_solve(lower: Array, right: Array) -> Array:
    """The inverse of the factored matrix times each row of `right [outputs, features]`."""
    return jax.scipy.linalg.cho_solve((lower, True), right.T).T
