"""Sample weights from class weights."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from ._types import ArrayInput


def sample_weights(class_weight: ArrayInput | str, y: ArrayInput) -> Float[Array, " examples"]:
    """The weight of each example's class, for `Batch.weight`.

    Args:
        class_weight: weights `[classes]`, or "balanced" for `examples / (classes * count of the
            class)`, which gives all classes the same total weight, as in scikit-learn.
        y: class labels `[examples]`, integers from 0.

    Returns:
        Sample weights `[examples]`, floating. With "balanced" their mean is 1, so that penalties keep
        the meaning they have without weights.

    Raises:
        ValueError: if `class_weight` is another string, or has too few entries for the labels.
        TypeError: if `y` is not a vector of integers.
    """
    y = jnp.asarray(y)
    if not jnp.issubdtype(y.dtype, jnp.integer) or y.ndim != 1:
        raise TypeError(
            f"got y of dtype {y.dtype} and shape {y.shape}; expected integer labels [examples]. "
            "Cast them with y.astype('int32')."
        )
    if isinstance(class_weight, str):
        if class_weight != "balanced":
            raise ValueError(
                f"got class_weight={class_weight!r}; expected 'balanced' or weights [classes]. "
                "Pass an array with one weight for each class."
            )
        counts = jnp.bincount(y)
        class_weight = len(y) / (jnp.sum(counts > 0) * jnp.maximum(counts, 1))
    weights = jnp.asarray(class_weight, dtype=jnp.result_type(float))
    if weights.ndim != 1 or len(weights) <= int(y.max()) or int(y.min()) < 0:
        raise ValueError(
            f"got class weights of shape {weights.shape} and labels from {y.min()} to {y.max()}; "
            "expected labels from 0 and one weight for each. Renumber the labels or add weights."
        )
    return weights[y]
