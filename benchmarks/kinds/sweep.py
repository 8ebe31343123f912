"""A sweep: many trainings at once. It is proved and timed as one training is, each model by itself."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from benchmarks.contract import Arrays, Dataset
from benchmarks.contract import Sweep as SweepTask
from benchmarks.kinds import Kind
from benchmarks.kinds._arrays import combinations, read_only, training_arrays, without_fold
from benchmarks.kinds.training import TrainingKind, TrainingRow


@dataclass
class SweepRow(TrainingRow):
    """A row of a sweep; an example counts once for each model."""

    kind: ClassVar[str] = "sweep"


class SweepKind(TrainingKind[SweepTask]):
    """Trainings of many models at once."""

    title = "Sweeps"
    about = (
        "Many models at once: hyperparameters, folds, targets or data sets. Each model by itself has to "
        "be the reference's; examples are counted once per model."
    )
    row_type = SweepRow
    reference = "numpy_stacked"
    control = "jax_sweep"

    def build(self, task: SweepTask, dataset: Dataset) -> Arrays:
        """The arrays of a training, and those that differ between the models."""
        arrays = training_arrays(task, dataset)
        values = combinations(task.sweep)
        rate = np.full(task.models, task.learning_rate, np.float32)
        rate = values.get("learning_rate", rate).astype(np.float32)
        l2 = values["l2"].astype(np.float32) if "l2" in values else None
        weight = None
        if "fold" in values:
            folds, n = len(task.sweep["fold"]), arrays.x.shape[-2]
            weight = without_fold(values["fold"], folds, n)
        return read_only(arrays._replace(learning_rate=rate, l2=l2, sample_weight=weight))


KIND: Kind[SweepTask] = SweepKind()
