"""The values that travel through the benchmark, and the contracts of its plugins.

NumPy and the standard library only: every worker imports this file, whatever framework it holds.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np

# Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015), algorithm 1:
#     m <- beta1 m + (1 - beta1) g         v <- beta2 v + (1 - beta2) g^2
#     w <- w - lr * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon),  t = 1, 2, ...
ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON = 0.9, 0.999, 1e-8

Precision = Literal["float32", "tf32"]

Kind = Literal["training", "sweep", "solve"]
"""What a task asks for, and what a framework file does: to train one model, or many at once, for a
given number of steps; or to find the minimum, see `solve_spec.py`."""


@dataclass(frozen=True)
class Task:
    """One training, the same for every framework. A workload file holds `TASKS`, a tuple of these.

    Attributes:
        name: unique over all workloads.
        dataset: file name of the data set.
        model: the loss; see `frameworks/numpy_float64.py` for the formulas.
        optimizer: "sgd" is `v <- momentum v + g; w <- w - lr v`, "adam" is algorithm 1 of its paper.
        learning_rate: step size.
        epochs: passes over the data; a full-batch epoch is one step.
        why: the reason for the numbers, for the report.
        momentum: coefficient of "sgd".
        batch_size: examples per step; None means all of them.
        quick_epochs: epochs under `--quick`; None leaves the task out of it.
        start_scale: standard deviation of the normal start of the weights; the bias starts at 0.
        start: weights and bias to start from, broadcast to their shapes; instead of a random start.
        shuffle: whether each epoch has a new order; if not, it is the order of the data.
        gradient: "mean" is that of the loss. "sum" is n times as large, the gradient that a
            hand-written backward pass gives when it forgets to divide by n.
        seed: of the start and of the batch order.
        options: arguments of the data set's `load`.
        precision: of the matrix products of float32 arrays. "tf32" rounds their factors to 10 bits on
            a GPU that can; elsewhere it is "float32".
        accelerator: whether it is too large for a CPU; then it is run where there is an accelerator,
            or when asked for by name.
        sweep: values by name; the task trains a model for each combination of them, the last name
            varying fastest. "learning_rate" and "l2" (the penalty `l2 / 2 * sum(weights ** 2)`) are
            hyperparameters; "fold" 0 to k - 1 leaves out every k-th example; "target" and "data"
            are the first axis of the data set's y, and of its x and y.
    """

    name: str
    dataset: str
    model: Literal["linear", "logistic", "softmax"]
    optimizer: Literal["sgd", "adam"]
    learning_rate: float
    epochs: int
    why: str
    momentum: float = 0.0
    batch_size: int | None = None
    quick_epochs: int | None = None
    start_scale: float = 0.0
    start: tuple[Any, Any] | None = None
    shuffle: bool = True
    gradient: Literal["mean", "sum"] = "mean"
    seed: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)
    precision: Precision = "float32"
    accelerator: bool = False
    sweep: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        return "sweep" if self.sweep else "training"

    @property
    def models(self) -> int:
        """How many models are trained."""
        return prod(map(len, self.sweep.values()))

    @property
    def quick(self) -> bool:
        """Whether it is part of `--quick`."""
        return self.quick_epochs is not None

    def quick_form(self) -> "Task":
        """What `--quick` runs of it."""
        return replace(self, epochs=self.quick_epochs)


class Dataset(NamedTuple):
    """Examples to train on and to test on. A data set file has `missing` and `load`.

    `missing(root) -> str | None` says, without reading or downloading anything, why the data cannot
    be loaded, or None. `load(root, **options) -> Dataset` loads it. `root` is the user's data folder
    or None.

    Attributes:
        x, x_test: float32 `[examples, features]`, or `[models, examples, features]` for data sets
            of which each has a model.
        y, y_test: float32 for regression, int32 class indices for classification, `[examples]`, or
            `[models, examples]` for targets of which each has a model.
        num_outputs: 1, or the number of classes if there are more than two.
        source: where the data is from, for the report.
        feature, target: what x[:, 0] and y are, with units, for pictures.
        classes: names of the classes, for pictures.
    """

    x: np.ndarray
    y: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    num_outputs: int
    source: str
    feature: str = "feature"
    target: str = "target"
    classes: tuple[str, ...] = ("0", "1")


class Problem(NamedTuple):
    """What every framework gets for a task: the same arrays, read-only.

    Attributes:
        x: float32 `[examples, features]`, C order; in a sweep also `[models, examples, features]`.
        y: float32 or int32 `[examples]`; in a sweep also `[models, examples]`.
        weights: the start, float32 `[outputs, features]`.
        bias: the start, float32 `[outputs]`.
        plan: int32 `[steps, batch]`, the examples of each step; -1 is an empty place in the last,
            shorter batch of an epoch. None when every step sees all examples.
        steps: number of steps; 0 for a solve, which ends by itself.
        learning_rate: of each model of a sweep, float32 `[models]`; None for one model or a solve.
        l2: of each of many models, float32 `[models]`; None where none is penalised, or for one.
        weight: sample weights of each model, float32 `[models, examples]`; None if all are equal.
    """

    x: np.ndarray
    y: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    plan: np.ndarray | None
    steps: int
    learning_rate: np.ndarray | None = None
    l2: np.ndarray | None = None
    weight: np.ndarray | None = None

    def first(self, steps: int) -> "Problem":
        """The same problem, stopped after `steps` steps."""
        plan = None if self.plan is None else self.plan[:steps]
        return self._replace(plan=plan, steps=min(steps, self.steps))

    def batches(self) -> list[np.ndarray]:
        """The rows of the plan without their empty places, for loaders that take short batches."""
        assert self.plan is not None, "a full-batch problem has no batches"
        return [row[row >= 0] for row in self.plan]

    def examples_seen(self) -> int:
        """Examples that all steps of all models together process."""
        models = 1 if self.learning_rate is None else len(self.learning_rate)
        seen = self.x.shape[-2] * self.steps if self.plan is None else int((self.plan >= 0).sum())
        return models * seen


class Outcome(NamedTuple):
    """What a training or a solve gave. All arrays of many models have a first axis `[models]`.

    Attributes:
        weights: `[outputs, features]`.
        bias: `[outputs]`.
        losses: loss of each step's batch before the step, `[steps]`; None of a solve, and where the
            framework's own training loop does not give it.
        epoch_losses: mean of these over each epoch, weighted by the examples in the batch,
            `[epochs]`, where the framework's own loop gives that instead.
    """

    weights: np.ndarray
    bias: np.ndarray
    losses: np.ndarray | None
    epoch_losses: np.ndarray | None = None


@dataclass(frozen=True)
class Lesson:
    """What a task teaches. A workload file may hold `LESSONS`, by task name; see `trace.py`.

    Attributes:
        title: a few words.
        text: what the lesson teaches, in a few sentences.
        pictures: names of pictures; see `report/lessons.py`.
        timed: whether runs time it, too, because no other task is like it.
        small: whether it is short enough for `--quick`.
    """

    title: str
    text: str
    pictures: tuple[str, ...]
    timed: bool = False
    small: bool = True


class Runner(NamedTuple):
    """A prepared training: what `prepare(task, problem)` of a framework file returns.

    Attributes:
        run: timed. Trains from the problem's start, every time, and returns only when the device
            has finished. Of a solve it takes the tolerance.
        collect: not timed. Turns what `run` returned into NumPy.
        device: where it runs, such as "cpu" or "NVIDIA H200".
        peak_device_bytes: peak memory of an accelerator so far, where the framework knows it.
    """

    run: Callable[..., Any]
    collect: Callable[[Any], Outcome]
    device: str = "cpu"
    peak_device_bytes: Callable[[], int] | None = None


class Framework(Protocol):
    """A file in `frameworks/`. Its imports may fail: then its rows are skipped with that reason."""

    LIBRARY: str
    """Distribution name, such as "torch". Rows of the same library are not each other's rivals."""

    KIND: Kind
    """Which tasks it is for."""

    def unsupported(self, task: Task) -> str | None:
        """Why this task cannot be run here, or None."""
        ...

    def prepare(self, task: Task, problem: Problem) -> Runner:
        """Put the data where it is needed and build the training.

        Raises:
            NotImplementedError: with the reason, if the data shows that this task is not for it.
        """
        ...
