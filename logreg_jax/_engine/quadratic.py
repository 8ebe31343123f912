"""The local quadratic model of a problem whose examples have one curvature each."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import DTypeLike
from jaxtyping import Array, Float, Scalar

from ._passes import summed, weighted_sum
from ._problem import Problem
from ._types import Params

WIDE = 2**22
"""Most entries of the table of products x_i x_j that `weighted_gram` keeps for many models at once."""


class Quadratic(NamedTuple):
    """`gradient . step + 1/2 step . Hessian . step`, with the bias minimised out of it.

    Attributes:
        hessian: of the weights of one output, `[features, features]`, without `l2`.
        centre: mean of x under the curvatures, `[features]`. Minimised over the bias, the gradient by
            the weights is that of centred features.
        curvature: of the bias.
    """

    hessian: Float[Array, "features features"]
    centre: Float[Array, " features"]
    curvature: Scalar

    def centred(self, gradient: Params) -> Array:
        """Gradient by the weights, `[outputs, features]`, after minimising over the bias."""
        return gradient.weights - gradient.bias[:, None] * self.centre[None, :]

    def with_bias(self, gradient: Params, weights: Array) -> Params:
        """The step whose bias is the best for the step of the weights."""
        return Params(weights, -gradient.bias / self.curvature - weights @ self.centre)


def quadratic(problem: Problem, scores: Array) -> Quadratic:
    """Second derivatives at scores, for a model with one output or independent equal outputs."""
    bend = problem.bend(scores, jnp.ones_like(scores))[0]
    # A curvature that rounds to zero everywhere (all probabilities 0 or 1) must not divide by zero.
    curvatures = problem.weight * bend
    total = jnp.maximum(jnp.sum(curvatures), jnp.finfo(bend.dtype).tiny * 1e4)
    x, dtype = problem.data.x, bend.dtype
    # A product that adds the examples one by one would differ from the matrix by more than the ridge
    # of `factor` allows: with dependent features (a9a without a penalty) no Cholesky factor was found.
    centre = summed(lambda x, c: weighted_sum(c, x), dtype, x, curvatures) / total
    gram = summed(weighted_gram, dtype, x, curvatures)
    return Quadratic(gram - total * centre[:, None] * centre[None, :], centre, total)


class Spectrum(NamedTuple):
    """Eigenvalues and eigenvectors of the covariance of the features, and their mean.

    Attributes:
        values: `[features]`.
        vectors: one per column, `[features, features]`.
        mean: `[features]`.
    """

    values: Float[Array, " features"]
    vectors: Float[Array, "features features"]
    mean: Float[Array, " features"]


def spectrum(x: Array, rows: int, dtype: DTypeLike) -> Spectrum:
    """The spectrum of about `rows` examples, evenly spread; sample weights are left out of it."""
    # So that many models with weights of their own (folds) share one spectrum.
    some = x[:: max(len(x) // rows, 1)]
    mean = jnp.mean(some, axis=0, dtype=dtype)

    def gram(x: Array) -> Array:
        centred = x - mean[None, :]
        return centred.T @ centred

    values, vectors = jnp.linalg.eigh(summed(gram, dtype, some) / len(some))
    return Spectrum(jnp.maximum(values, 0), vectors, mean)


def precondition(spectrum: Spectrum, curvatures: Array, l2, gradient: Params) -> Params:
    """The gradient times the inverse of `curvature * covariance + l2`, each output with its curvature."""
    slope = gradient.weights - gradient.bias[:, None] * spectrum.mean[None, :]
    stiffness = curvatures[:, None] * (spectrum.values[None, :] + 1e-6 * spectrum.values[-1]) + l2
    weights = ((slope @ spectrum.vectors) / stiffness) @ spectrum.vectors.T
    return Params(weights, gradient.bias / curvatures - weights @ spectrum.mean)


def factor(matrix: Array, l2) -> Array:
    """Cholesky factor of `matrix + l2 I`, with what rounding needs to stay positive on the diagonal."""
    # Also where l2 = 0 and features are dependent: the steps then converge to a solution all the
    # same, because repeating them with the true gradient is the proximal point method.
    jitter = 4 * len(matrix) * jnp.finfo(matrix.dtype).eps * jnp.max(jnp.diagonal(matrix))
    ridge = l2 + jitter + jnp.finfo(matrix.dtype).tiny * 1e4
    return jnp.linalg.cholesky(matrix + ridge * jnp.eye(len(matrix), dtype=matrix.dtype))


def solve_factored(lower: Array, right: Array) -> Array:
    """Rows `right [outputs, features]` times the inverse of the factored matrix."""
    return jax.scipy.linalg.cho_solve((lower, True), right.T).T


@jax.custom_batching.custom_vmap
def weighted_gram(x: Array, weights: Array) -> Array:
    """`x.T @ diag(weights) @ x`, `[features, features]`."""
    return (x * weights[:, None]).T @ x


@weighted_gram.def_vmap
def _weighted_grams(size: int, batched: list[bool], x: Array, weights: Array) -> tuple[Array, bool]:
    # Many models on one x: a table of the products x_i x_j makes all their matrices one wide matrix
    # product instead of many small ones.
    x_batched, weights_batched = batched
    if not any(batched):
        return (x * weights[:, None]).T @ x, False
    examples, features = x.shape[-2:]
    rows, columns = np.tril_indices(features)
    if x_batched or not weights_batched or examples * len(rows) > WIDE:
        axes = tuple(0 if one else None for one in batched)
        return jax.vmap(lambda x, w: (x * w[:, None]).T @ x, axes)(x, weights), True
    # The matrices are symmetric: one triangle of them is half the work.
    places = np.zeros((features, features), int)
    places[rows, columns] = places[columns, rows] = np.arange(len(rows))
    triangles = weights @ (x[:, rows] * x[:, columns])
    return triangles[:, places], True
