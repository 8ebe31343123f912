"""The spectrum of the features, and the preconditioner that it gives."""

from typing import NamedTuple

import jax.numpy as jnp
from jax.typing import DTypeLike
from jaxtyping import Array, Float

from .._types import Hyperparameter, Params
from .passes import sum_over_examples


class Spectrum(NamedTuple):
    """Eigenvalues and eigenvectors of the covariance of the features, and their mean.

    Attributes:
        values: eigenvalues, `[features]`.
        vectors: one eigenvector per column, `[features, features]`.
        mean: mean of the features, `[features]`.
    """

    values: Float[Array, " features"]
    vectors: Float[Array, "features features"]
    mean: Float[Array, " features"]


def feature_spectrum(x: Array, rows: int, dtype: DTypeLike) -> Spectrum:
    """The spectrum of about `rows` examples, evenly spread; it ignores sample weights."""
    # Ignored, so that many models with weights of their own (folds) share one spectrum.
    sample = x[:: max(len(x) // rows, 1)]
    mean = jnp.mean(sample, axis=0, dtype=dtype)

    def gram(x: Array) -> Array:
        # Not `weighted_gram` with weights of one, which would write another array of the sample's size.
        centred = x - mean[None, :]
        return centred.T @ centred

    values, vectors = jnp.linalg.eigh(sum_over_examples(gram, dtype, sample) / len(sample))
    return Spectrum(jnp.maximum(values, 0), vectors, mean)


def precondition(
    spectrum: Spectrum, curvatures: Array, l2: Hyperparameter, gradient: Params
) -> Params:
    """The inverse of `curvature * covariance + l2` times the gradient, for each output's curvature."""
    slope = gradient.weights - gradient.bias[:, None] * spectrum.mean[None, :]
    stiffness = curvatures[:, None] * (spectrum.values[None, :] + 1e-6 * spectrum.values[-1]) + l2
    weights = ((slope @ spectrum.vectors) / stiffness) @ spectrum.vectors.T
    return Params(weights, gradient.bias / curvatures - weights @ spectrum.mean)
