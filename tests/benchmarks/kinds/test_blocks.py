"""Every row is timed in several processes, each started anew, warm, and held to what the first one did."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.kinds import _blocks
from benchmarks.timing.schedule import Schedule
from tests.benchmarks import toy_solve, toy_training
from tests.benchmarks.toy_training import DATASET, Toy, has_no_time

pytestmark = pytest.mark.usefixtures("no_warm_up")


class Counted(Toy):
    """The reference; `starts` has the number of runs of each process.

    In `prepare` the task is changed by `change(number of the process)`.
    """

    def __init__(self, change=lambda number, task: task):
        super().__init__(run=self.count)
        self.starts, self.prepared, self.change = [], 0, change

    def count(self):
        self.starts[-1] += 1

    def prepare(self, task, given):
        is_probe = given.x.shape != DATASET.x.shape
        self.prepared += not is_probe
        if is_probe or self.prepared == 2:  # the first steps alone, in the first process
            return Toy().prepare(task, given)
        self.starts.append(0)
        self.task = lambda task: self.change(len(self.starts), task)
        return super().prepare(task, given)


def test_each_block_is_timed_in_a_process_of_its_own(tmp_path):
    counted = Counted()
    row = toy_training.run(tmp_path, blocks=3, counted=counted)["counted"]
    assert [len(rounds) for rounds in row.blocks] == [3, 3, 3]
    # two runs that are not timed, in each; in the first process also one that measures its memory
    assert counted.starts == [6, 5, 5]
    assert row.status == "ok"


def test_a_long_run_is_warm_after_the_first_one(tmp_path, monkeypatch):
    monkeypatch.setattr(_blocks, "LONG", 0.0)
    counted = Counted()
    toy_training.run(tmp_path, blocks=3, counted=counted)
    assert counted.starts == [6, 4, 4]


def test_the_costs_are_those_of_the_first_process(tmp_path):
    costs = []

    def change(number, task):
        costs.append(dict(rows[0].costs))
        return task

    rows, entries, case, context = toy_training.prove(tmp_path, counted=Counted())
    before = {name: entries[1].row.costs[name] for name in ("import", "transfer", "first")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(toy_training.training, "QUICK_BUDGET", toy_training.BUDGET)
        toy_training.KIND.time(case, entries, context)
    assert {name: rows[1].costs[name] for name in before} == before


def faster_from(process):
    """Trains with a higher learning rate in this process and all later ones."""

    def change(number, task):
        return replace(task, learning_rate=2 * task.learning_rate) if number >= process else task

    return Counted(change)


def test_a_later_process_that_does_other_work_has_no_time(tmp_path):
    rows = toy_training.run(tmp_path, blocks=3, other=faster_from(2), same=Toy())
    assert rows["other"].status == "parity failed"
    assert has_no_time(rows["other"], "from a start of its own", "a weight differs by")
    assert len(rows["same"].blocks) == 3


def test_a_later_process_that_fails_costs_one_row(tmp_path):
    def change(number, task):
        if number == 3:
            raise RuntimeError("out of memory")
        return task

    rows = toy_training.run(tmp_path, blocks=3, failing=Counted(change), same=Toy())
    assert rows["failing"].status == "failed"
    assert has_no_time(rows["failing"], "in a process started anew: out of memory")
    assert len(rows["same"].blocks) == 3


def test_an_interruption_between_blocks_keeps_those_before(tmp_path):
    def change(number, task):
        if number == 3:
            raise KeyboardInterrupt
        return task

    rows, entries, case, context = toy_training.prove(tmp_path, interrupted=Counted(change))
    with pytest.raises(KeyboardInterrupt):
        toy_training.KIND.time(case, entries, context)
    toy_training.KIND.conclude(case, rows)
    assert [(row.status, len(row.blocks)) for row in rows] == [("ok", 2)] * 2


def test_of_a_solve_the_deciding_point_is_timed_in_every_block(tmp_path):
    row = toy_solve.run(tmp_path, blocks=3, honest=toy_solve.solver())["honest"]
    blocks = {point.tol: len(point.blocks) for point in row.points}
    deciding = row.points[row.chosen]
    assert deciding.gap <= toy_solve.TASK.required_gap
    assert blocks.pop(deciding.tol) == 3
    assert set(blocks.values()) == {1}


def test_a_later_solve_is_judged(tmp_path):
    solves = []

    def size(tol):
        solves.append(tol)
        return np.sqrt(tol) if len(solves) <= proof else 1.0

    proof = 10**9
    toy_solve.run(tmp_path, blocks=1, lazy=toy_solve.solver(size))
    proof, solves[:] = len(solves), []
    rows = toy_solve.run(tmp_path, blocks=3, lazy=toy_solve.solver(size), honest=toy_solve.solver())
    assert rows["lazy"].status == "parity failed"
    assert has_no_time(
        rows["lazy"],
        "at tolerance 1.0e-04 the first solve reached gap 1e-04, the last timed solve 1e+00",
    )
    assert rows["honest"].status == "ok"


def test_a_late_task_has_as_many_blocks_as_an_interval_needs(tmp_path, monkeypatch):
    monkeypatch.setattr(_blocks, "LEAST_BLOCKS", 2)
    rows, entries, case, context = toy_training.prove(tmp_path, counted=Counted())
    late = Schedule({case.task.name: 1.0}, seconds=1e-6)
    late.begin(case.task.name)
    toy_training.KIND.time(case, entries, replace(context, schedule=late))
    assert [len(row.blocks) for row in rows] == [2, 2]
