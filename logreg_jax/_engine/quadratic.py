"""The local quadratic model of a problem with one curvature per example, and its linear equations."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Scalar

from .._types import Hyperparameter, Params
from .._xla.gram import weighted_gram
from .._xla.weighted_sums import weighted_sum
from .damping import curvature_along, damping
from .passes import sum_over_examples
from .problem import Point, Problem


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


def damped_model(problem: Problem, point: Point) -> Quadratic:
    """The model at a point, with curvature where the losses hardly curve."""
    scores, _, slopes = point.linearization
    second = problem.hvp(scores, jnp.ones_like(scores))
    along = curvature_along(problem.weight, slopes, second * slopes)
    return quadratic_model(problem, second[0] + damping(problem, point, along))


def quadratic_model(problem: Problem, second: Array) -> Quadratic:
    """The model with given second derivatives, for one output or independent ones of equal curvature.

    Args:
        problem: what is minimised.
        second: second derivatives of the losses with respect to the scores, `[examples]`.

    Returns:
        `Quadratic`. The rows and columns of constant features, which do nothing that the bias does not, are
        zero.
    """
    # A curvature that rounds to zero everywhere (all probabilities 0 or 1) must not divide by zero.
    curvatures = problem.weight * second
    total = jnp.maximum(jnp.sum(curvatures), jnp.finfo(second.dtype).tiny * 1e4)
    x, dtype = problem.data.x, second.dtype
    # A product that adds the examples one by one would differ from the matrix by more than the ridge
    # of `factor` allows: with dependent features (a9a without a penalty) the factorisation failed.
    centre = sum_over_examples(lambda x, c: weighted_sum(c, x), dtype, x, curvatures) / total
    gram = sum_over_examples(weighted_gram, dtype, x, curvatures)
    hessian = gram - total * centre[:, None] * centre[None, :]
    varies = jnp.diagonal(hessian) > 8 * jnp.finfo(dtype).eps * jnp.diagonal(gram)
    hessian = jnp.where(varies[:, None] & varies[None, :], hessian, 0)
    return Quadratic(hessian, centre, total)


class Factor(NamedTuple):
    """A factored matrix, `scale L L' scale` with the scales as a diagonal matrix.

    Attributes:
        lower: Cholesky factor of the matrix whose rows and columns are divided by the scales.
        scale: `[features]`, roots of its diagonal; one where this is zero.
    """

    lower: Float[Array, "features features"]
    scale: Float[Array, " features"]


def factor(matrix: Array, l2: Hyperparameter) -> Factor:
    """Cholesky factor of `matrix + l2 I`, with a ridge that keeps it positive despite rounding.

    The ridge is a share of each feature's own entry, so that it does not depend on units.
    """
    # Also with l2 = 0 and dependent features: the steps then converge to a solution all the same,
    # because repeating them with the true gradient is the proximal point method.
    penalised = matrix + l2 * jnp.eye(len(matrix), dtype=matrix.dtype)
    diagonal = jnp.diagonal(penalised)
    scale = jnp.sqrt(jnp.where(diagonal > 0, diagonal, 1))
    ridge = 4 * len(matrix) * jnp.finfo(matrix.dtype).eps
    scaled = penalised / scale[:, None] / scale[None, :]
    return Factor(
        jnp.linalg.cholesky(scaled + ridge * jnp.eye(len(matrix), dtype=matrix.dtype)), scale
    )


def factor_solve(factored: Factor, right: Array) -> Array:
    """The inverse of the factored matrix times each row of `right [outputs, features]`."""
    scaled = (right / factored.scale[None, :]).T
    solution: Array = jax.scipy.linalg.cho_solve((factored.lower, True), scaled)
    return solution.T / factored.scale[None, :]
