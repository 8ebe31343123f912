"""Folds of a cross-validation, as masks or as scikit-learn gives them."""

from collections.abc import Iterable

import jax
import numpy as np

from .._types import Batch, Splitter
from .arrays import as_numbers
from .messages import describe, error_message

Masks = np.ndarray
"""Booleans `[folds, examples]`."""

_REMEDY = "Use k_folds(key, num_examples, num_folds)."


def check_folds(held_out: object, data: Batch) -> tuple[Masks, Masks]:
    """Which examples each fold trains on, and which it is scored on; raises if there are no such folds.

    Args:
        held_out: booleans `[folds, examples]`; a splitter of scikit-learn; or pairs of the indices, or
            the masks, of training and held-out examples, as its `split` gives them.
        data: checked examples.

    Returns:
        Both masks `[folds, examples]`. Booleans train on all that they do not hold out.

    Raises:
        TypeError: if it is none of these, such as numbers in place of booleans.
        ValueError: if a shape does not fit, an index is outside the data or in both parts of a fold, or a
            part has no positive weight.
    """
    examples = len(data.y)
    if isinstance(held_out, Splitter) and hasattr(held_out, "get_n_splits"):
        held_out = _split(held_out, data)
    if _are_pairs(held_out):
        training, masks = _masks_of_pairs(held_out, examples)
    else:
        masks = _masks(held_out, examples)
        training = ~masks
    _check_parts(training, masks, data)
    return training, masks


def _split(splitter: Splitter, data: Batch) -> list[object]:
    try:
        return list(splitter.split(np.zeros((len(data.y), 1)), np.asarray(data.y)))
    except Exception as error:
        got = f"{type(splitter).__name__}, which raised {type(error).__name__}: {error}"
        remedy = "Pass list(splitter.split(x, y, groups)) if it needs groups."
        raise ValueError(error_message(got, "a splitter of x and y", remedy)) from error


def _are_pairs(held_out: object) -> bool:
    """Whether it is an iterable of pairs of vectors; a list of lists of booleans is a mask."""
    if isinstance(held_out, np.ndarray | jax.Array | str | bytes | dict):
        return False
    if not isinstance(held_out, list | tuple):
        return isinstance(held_out, Iterable) and not hasattr(held_out, "__array__")
    pairs = [isinstance(fold, list | tuple) and len(fold) == 2 for fold in held_out]
    return bool(pairs) and all(pairs) and all(np.ndim(fold[0]) for fold in held_out)


def _masks_of_pairs(folds: object, examples: int) -> tuple[Masks, Masks]:
    found = []
    assert isinstance(folds, Iterable)
    for number, fold in enumerate(folds):
        if not isinstance(fold, list | tuple) or len(fold) != 2:
            got = describe(f"fold {number}", fold)
            raise TypeError(error_message(got, "a pair of training and held-out indices", _REMEDY))
        train, test = (_mask_of(f"fold {number}", part, examples) for part in fold)
        if (train & test).any():
            got = f"fold {number}, which trains on {(train & test).sum()} of its held-out examples"
            raise ValueError(error_message(got, "two parts without a common example", _REMEDY))
        found.append((train, test))
    if not found:
        raise ValueError(error_message("no folds", "at least one", _REMEDY))
    training, held_out = zip(*found, strict=True)
    return np.array(training), np.array(held_out)


def _mask_of(name: str, part: object, examples: int) -> np.ndarray:
    array = np.asarray(as_numbers(name, part))
    if array.dtype == bool and array.shape == (examples,):
        return array
    if array.ndim != 1 or not np.issubdtype(array.dtype, np.integer):
        got = f"{name} with a part of shape {array.shape} and dtype {array.dtype}"
        raise TypeError(error_message(got, "indices, or booleans [examples]", _REMEDY))
    if array.size and (array.min() < 0 or array.max() >= examples):
        got = f"{name} with indices from {array.min()} to {array.max()}"
        raise ValueError(error_message(got, f"indices from 0 to {examples - 1}", _REMEDY))
    mask = np.bincount(array, minlength=examples)
    if mask.max() > 1:
        remedy = "Give examples that count several times a sample weight."
        got = f"{name} with index {mask.argmax()} {mask.max()} times"
        raise ValueError(error_message(got, "each index once", remedy))
    return mask.astype(bool)


def _masks(held_out: object, examples: int) -> Masks:
    array = as_numbers("folds", held_out)
    if array.dtype != bool:
        remedy = (
            f"{_REMEDY} It gives booleans; indices come in pairs, as from split() of scikit-learn."
        )
        got = f"folds of dtype {array.dtype}"
        raise TypeError(error_message(got, "booleans, True for held-out examples", remedy))
    if array.ndim != 2 or array.shape[1] != examples or not len(array):
        expected = f"[folds, {examples}], at least one fold"
        raise ValueError(error_message(f"folds of shape {array.shape}", expected, _REMEDY))
    return np.asarray(array)


def _check_parts(training: Masks, held_out: Masks, data: Batch) -> None:
    weight = np.ones(len(data.y)) if data.weight is None else np.asarray(data.weight)
    for fold, (inside, out) in enumerate(zip(training, held_out, strict=True)):
        if not weight[out].sum() > 0 or not weight[inside].sum() > 0:
            got = f"fold {fold} that holds out {out.sum()} of {len(out)} examples"
            expected = "positive weights both inside and outside of the fold"
            raise ValueError(error_message(got, expected, "Use k_folds."))
