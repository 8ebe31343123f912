"""A small training, and implementations of it that are the reference with one mistake."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.contract import Case, Runner, Training
from benchmarks.datasets import synthetic
from benchmarks.frameworks.numpy import numpy_float64
from benchmarks.kinds import Context, _blocks, training
from benchmarks.kinds.training import KIND, TrainingRow
from benchmarks.timing.rounds import Budget
from benchmarks.workers.array_files import save_arrays
from tests.benchmarks.in_process import Pool, silent

TASK = Training(
    name="toy", dataset="synthetic", model="logistic", optimizer="adam", learning_rate=0.05,
    epochs=4, why="why", batch_size=16, start_scale=0.1,
)  # fmt: skip
DATASET = synthetic.load(None, num_examples=70, num_features=4)
BUDGET = Budget(seconds=0.0, least=3, most=5)


class Toy:
    """An implementation made of the reference and one mistake."""

    LIBRARY = "toy"

    def __init__(self, task=lambda task: task, arrays=lambda a: a, run=lambda: None, reason=None):
        self.task, self.arrays, self.before_run, self.reason = task, arrays, run, reason

    def unsupported(self, task):
        return self.reason

    def prepare_float32(self, task, given):
        """As a reference it is the reference."""
        return numpy_float64.prepare_float32(task, given)

    def prepare(self, task, given):
        inner = numpy_float64.prepare(self.task(task), self.arrays(given))

        def run(start):
            self.before_run()
            return inner.run(start)

        return Runner(run, inner.collect)


def wrong_rate(factor):
    """The reference with a learning rate that is not the task's."""
    return Toy(task=lambda task: replace(task, learning_rate=factor * task.learning_rate))


def in_bfloat16(array):
    """Rounded to the 8 bits of a bfloat16, to nearest."""
    bits = np.ascontiguousarray(array, np.float32).view(np.uint32)
    return ((bits + 0x8000) & np.uint32(0xFFFF0000)).view(np.float32).astype(array.dtype)


def prove(tmp_path, task=TASK, **modules):
    """Rows of the reference and `modules`, after proving; what is ready to be timed; case and context."""
    arrays = KIND.build(task, DATASET)
    save_arrays(arrays, tmp_path)
    case = Case(task, DATASET, arrays, tmp_path)
    context = Context(Pool(**{"numpy_float64": numpy_float64} | modules), silent, quick=True)
    rows = [TrainingRow("toy", name) for name in context.pool.workers]
    return rows, KIND.prove(case, rows, context).entries, case, context


def run(tmp_path, task=TASK, blocks=1, **modules):
    """Rows by name, after proving and timing the reference and `modules` in some blocks."""
    rows, entries, case, context = prove(tmp_path, task, **modules)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "QUICK_BUDGET", BUDGET)
        patch.setattr(_blocks, "QUICK_BLOCKS", blocks)
        KIND.time(case, entries, context)
    KIND.conclude(case, rows)
    return {row.implementation: row for row in rows}


def has_no_time(row, *words):
    """True if a row has no time, and a reason with these words."""
    assert row.seconds == []
    assert all(word in row.reason for word in words), row.reason
    return True
