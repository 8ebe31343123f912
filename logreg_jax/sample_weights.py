"""Sample weights from class weights."""

from collections.abc import Mapping

import jax.numpy as jnp
import numpy as np
from jax.typing import ArrayLike
from jaxtyping import Array, Float

from ._checks.arrays import as_numbers, put
from ._checks.concrete import check_concrete
from ._checks.messages import describe, error_message
from ._types import ArrayInput


def sample_weights(
    class_weight: ArrayInput | Mapping[int, ArrayLike] | str, y: ArrayInput
) -> Float[Array, " examples"]:
    """The weight of each example's class, for `Batch.weight`.

    Args:
        class_weight: weights `[classes]`; a dictionary of weights by class, in which a class that is
            missing has weight 1; or "balanced" for `examples / (classes * count of the class)`, which
            gives all classes the same total weight. All three are as in scikit-learn.
        y: class labels `[examples]`, integers from 0; concrete, not under `jit`.

    Returns:
        Sample weights `[examples]`, floating. With "balanced" their mean is 1, so that penalties keep
        the meaning they have without weights.

    Raises:
        ValueError: if `class_weight` is another string, has too few entries for the labels or classes that
            no label is, or if a weight is negative or not finite.
        TypeError: if `y` is not a vector of integers, or `class_weight` is none of the above.
    """
    remedy = "Compute the weights first, and pass them to the jitted function."
    check_concrete("sample_weights", remedy, class_weight, y)
    labels = _check_labels(y)
    if isinstance(class_weight, str):
        weights = _balanced(class_weight, labels)
    elif isinstance(class_weight, Mapping):
        weights = _from_mapping(class_weight, labels)
    else:
        weights = np.asarray(as_numbers("class_weight", class_weight), np.float64)
    if weights.ndim != 1 or len(weights) <= labels.max():
        got = f"class weights of shape {weights.shape} and labels from 0 to {labels.max()}"
        remedy = "Renumber the labels or add weights."
        raise ValueError(error_message(got, "labels from 0 and one weight for each", remedy))
    if not (np.isfinite(weights) & (weights >= 0)).all():
        got = f"class weights from {weights.min()} to {weights.max()}"
        remedy = "Use 0 to leave a class out."
        raise ValueError(error_message(got, "finite weights, none negative", remedy))
    return put(weights[labels], jnp.result_type(float))


def _check_labels(y: ArrayInput) -> np.ndarray:
    labels = np.asarray(as_numbers("y", y))
    if not np.issubdtype(labels.dtype, np.integer) or labels.ndim != 1:
        got = f"y of dtype {labels.dtype} and shape {labels.shape}"
        remedy = "Cast them with y.astype('int32')."
        raise TypeError(error_message(got, "integer labels [examples]", remedy))
    if not labels.size or labels.min() < 0:
        got = f"labels from {labels.min()} to {labels.max()}" if labels.size else "no labels"
        remedy = "Renumber them: np.unique(y, return_inverse=True)[1]."
        raise ValueError(error_message(got, "at least one label, from 0", remedy))
    return labels


def _balanced(class_weight: str, labels: np.ndarray) -> np.ndarray:
    if class_weight != "balanced":
        expected = "'balanced', a dictionary or weights [classes]"
        remedy = "Pass an array with one weight for each class."
        raise ValueError(error_message(describe("class_weight", class_weight), expected, remedy))
    counts = np.bincount(labels)
    return len(labels) / (np.count_nonzero(counts) * np.maximum(counts, 1))


def _from_mapping(class_weight: Mapping[int, ArrayLike], labels: np.ndarray) -> np.ndarray:
    present = set(np.unique(labels).tolist())
    unknown = [key for key in class_weight if key not in present]
    # scikit-learn, too, takes a key without an example for a slip only if a class is left without a weight.
    if unknown and present - class_weight.keys():
        got = f"class_weight with the key {unknown[0]!r}, which no label is"
        remedy = f"Use the labels {sorted(present)} as keys."
        raise ValueError(error_message(got, "keys that are labels", remedy))
    weights = np.ones(labels.max() + 1)
    for label in present & class_weight.keys():
        weight = as_numbers(f"class_weight[{label}]", class_weight[label])
        if weight.ndim:
            got = f"class_weight[{label}] of shape {weight.shape}"
            raise ValueError(
                error_message(got, "one number for each class", "Pass {0: 1.0, 1: 2.0}.")
            )
        weights[label] = weight
    return weights
