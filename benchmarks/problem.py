"""One start and one batch order for everybody, made with NumPy and handed over as read-only files."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from benchmarks.solve_spec import SolveTask
from benchmarks.spec import Dataset, Problem, Task


def build(task: Task, dataset: Dataset) -> Problem:
    """The arrays of a task.

    The order is drawn anew in every epoch. The last batch of an epoch is shorter when the batch
    size does not divide the number of examples; -1 fills its empty places.
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
    n, plan, steps = x.shape[-2], None, task.epochs
    if task.batch_size is not None:
        batch = min(task.batch_size, n)
        per_epoch = -(-n // batch)
        plan = np.full((task.epochs, per_epoch * batch), -1, np.int32)
        for epoch in range(task.epochs):
            plan[epoch, :n] = rng.permutation(n) if task.shuffle else np.arange(n)
        plan = plan.reshape(-1, batch)
        steps = len(plan)
    return _read_only(Problem(x, y, weights, bias, plan, steps, **_models(task, n)))


def _models(task: Task, num_examples: int) -> dict[str, np.ndarray]:
    """What differs between the models of a sweep, except for data."""
    if not task.sweep:
        return {}
    values = _combinations(task.sweep)
    rate = np.full(task.models, task.learning_rate, np.float32)
    found = {"learning_rate": values.get("learning_rate", rate).astype(np.float32)}
    if "l2" in values:
        found["l2"] = values["l2"].astype(np.float32)
    if "fold" in values:
        found["weight"] = _without_fold(values["fold"], len(task.sweep["fold"]), num_examples)
    return found


def from_zero(task: SolveTask, dataset: Dataset) -> Problem:
    """The arrays of a solve. It starts from zero and has no plan; each of many models has its l2."""
    x, y = np.ascontiguousarray(dataset.x), np.ascontiguousarray(dataset.y)
    weights = np.zeros((dataset.num_outputs, x.shape[-1]), np.float32)
    problem = Problem(x, y, weights, np.zeros(dataset.num_outputs, np.float32), None, steps=0)
    if task.sweep:
        values = _combinations(task.sweep)
        l2, weight = values.get("l2", np.full(task.models, task.l2)), None
        if "fold" in values:
            weight = _without_fold(values["fold"], len(task.sweep["fold"]), len(x))
            # scikit-learn's C weighs the sum of the losses, so that it is one for folds that differ by
            # an example; so is the product of this l2 and the number of examples.
            counts = weight.sum(axis=1)
            l2 = l2 * counts.mean() / counts
        problem = problem._replace(l2=l2.astype(np.float32), weight=weight)
    return _read_only(problem)


def _combinations(sweep: Mapping[str, tuple[float, ...]]) -> dict[str, np.ndarray]:
    """The value of each name for each model, `[models]`."""
    points = np.meshgrid(*sweep.values(), indexing="ij")
    return {name: point.ravel() for name, point in zip(sweep, points, strict=True)}


def _without_fold(fold: np.ndarray, folds: int, num_examples: int) -> np.ndarray:
    """Sample weights `[models, examples]` that are zero for the fold that a model leaves out."""
    return (np.arange(num_examples) % folds != fold[:, None]).astype(np.float32)


def save(problem: Problem, folder: Path) -> None:
    """Write the arrays to `folder`, one `.npy` each."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in problem._asdict().items():
        if value is not None:
            np.save(folder / f"{name}.npy", value)


def open_saved(folder: Path) -> Problem:
    """The problem in `folder`, memory-mapped: all workers share one copy and none can change it."""
    fields = {path.stem: np.load(path, mmap_mode="r") for path in folder.glob("*.npy")}
    fields["steps"] = int(fields["steps"])
    return Problem(**{"plan": None, **fields})


def _read_only(problem: Problem) -> Problem:
    for array in problem:
        if isinstance(array, np.ndarray):
            array.setflags(write=False)
    return problem
