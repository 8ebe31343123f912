"""One start and one batch order for all implementations, made with NumPy."""

from collections.abc import Mapping

import numpy as np

from benchmarks.contract import Arrays, Dataset, Training


def training_arrays(task: Training, dataset: Dataset) -> Arrays:
    """Examples, start and batch order of a training.

    The order is drawn anew in every epoch. The last batch of an epoch is shorter when the batch
    size does not divide the number of examples; -1 pads it.
    """
    rng = np.random.default_rng(task.seed)
    x, y = np.ascontiguousarray(dataset.x), np.ascontiguousarray(dataset.y)
    shape = (dataset.num_outputs, x.shape[-1])
    if task.start is None:
        weights = (task.start_scale * rng.standard_normal(shape)).astype(np.float32)
        bias = np.zeros(dataset.num_outputs, np.float32)
    else:
        weights = np.full(shape, task.start[0], np.float32)
        bias = np.full(dataset.num_outputs, task.start[1], np.float32)
    if task.batch_size is None:
        return Arrays(x, y, weights, bias, None, task.epochs)
    plan = _batch_order(rng, x.shape[-2], task.batch_size, task.epochs, task.shuffle)
    return Arrays(x, y, weights, bias, plan, len(plan))


def _batch_order(
    rng: np.random.Generator, n: int, batch_size: int, epochs: int, shuffle: bool
) -> np.ndarray:
    batch = min(batch_size, n)
    per_epoch = -(-n // batch)
    plan = np.full((epochs, per_epoch * batch), -1, np.int32)
    for epoch in range(epochs):
        plan[epoch, :n] = rng.permutation(n) if shuffle else np.arange(n)
    return plan.reshape(-1, batch)


def combinations(sweep: Mapping[str, tuple[float, ...]]) -> dict[str, np.ndarray]:
    """The value of each name for each model, `[models]`; the last name varies fastest."""
    grids = np.meshgrid(*sweep.values(), indexing="ij")
    return {name: grid.ravel() for name, grid in zip(sweep, grids, strict=True)}


def without_fold(fold: np.ndarray, folds: int, num_examples: int) -> np.ndarray:
    """Sample weights `[models, examples]` that are zero for the fold that a model leaves out."""
    return (np.arange(num_examples) % folds != fold[:, None]).astype(np.float32)


def read_only(arrays: Arrays) -> Arrays:
    """The same arrays, made read-only."""
    for array in arrays:
        if isinstance(array, np.ndarray):
            array.setflags(write=False)
    return arrays
