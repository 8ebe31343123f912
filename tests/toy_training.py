"""A small training, and frameworks for it that are the reference with one mistake."""

from dataclasses import replace

from benchmarks import measure, problem
from benchmarks.datasets import synthetic
from benchmarks.frameworks import numpy_float64
from benchmarks.record import Row
from benchmarks.rounds import Budget
from benchmarks.spec import Runner, Task
from tests.in_process import Pool, silent

TASK = Task("toy", "synthetic", "logistic", "adam", 0.05, 4, "why", batch_size=16, start_scale=0.1)
DATASET = synthetic.load(None, num_examples=70, num_features=4)
BUDGET = Budget(seconds=0.0, least=3, most=5)


class Implementation:
    """A framework module made of the reference and one mistake."""

    LIBRARY = "toy"

    def __init__(self, task=lambda task: task, problem=lambda p: p, run=lambda: None, reason=None):
        self.task, self.problem, self.before_run, self.reason = task, problem, run, reason

    def unsupported(self, task):
        return self.reason

    def prepare(self, task, given):
        inner = numpy_float64.prepare(self.task(task), self.problem(given))

        def run():
            self.before_run()
            return inner.run()

        return Runner(run, inner.collect)


def wrong_rate(factor):
    """The reference with a learning rate that is not the task's."""
    return Implementation(
        task=lambda task: replace(task, learning_rate=factor * task.learning_rate)
    )


def prove(tmp_path, task=TASK, **modules):
    """Rows of the reference and `modules`, after proving, and what is ready to be timed."""
    given = problem.build(task, DATASET)
    problem.save(given, tmp_path)
    pool = Pool(numpy_float64=numpy_float64, **modules)
    rows = [Row("toy", name, status="skipped", reason=measure.NOT_REACHED) for name in pool.workers]
    entries, losses = measure.prove(task, DATASET, given, tmp_path, rows, pool, silent)
    assert len(losses) == given.steps
    return rows, entries


def run(tmp_path, task=TASK, **modules):
    """Rows by name, after proving and timing the reference and `modules`."""
    rows, entries = prove(tmp_path, task, **modules)
    measure.time(entries, BUDGET, silent)
    return {row.framework: row for row in rows}


def fails(row, *words):
    """True if a row has no time, and a reason with these words."""
    assert row.seconds == []
    assert all(word in row.reason for word in words), row.reason
    return True
