"""A data set, a kind, a workload, an implementation, a solver: one new file each, and nothing else."""

import shutil
import subprocess
import sys

import pytest

from benchmarks.registry import ROOT
from tests.benchmarks.as_typed import ENVIRONMENT

FILES = {
    "benchmarks/datasets/toy_data.py": '''
"""Ones, of two classes in turn."""
import numpy as np
from benchmarks.contract import Dataset

def missing(root):
    return None

def load(root, *, rows=3):
    x, y = np.ones((rows, 2), np.float32), np.arange(rows, dtype=np.int32) % 2
    return Dataset(x, y, x, y, 1, "toy")
''',
    "benchmarks/kinds/toy_sum.py": '''
"""A kind of task that asks for the sum of x."""
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from benchmarks.contract import Arrays, Column, Row, Section, Status, Task
from benchmarks.kinds import Proved, facts_of
from benchmarks.timing.rounds import Budget, Entry, interleave
from benchmarks.workers.host import Host

@dataclass(frozen=True, kw_only=True)
class Sum(Task):
    kind: ClassVar[str] = "toy_sum"
    expected: float

@dataclass
class SumRow(Row):
    kind: ClassVar[str] = "toy_sum"
    blocks: list[list[float]] = field(default_factory=list)

    @property
    def seconds_by_process(self):
        return self.blocks

class SumKind:
    title, about, legend, row_type, facts = "Sums", "The sum of x.", (), SumRow, dict
    control = "toy_numpy"

    def build(self, task, dataset):
        nothing = np.zeros((1, 2), np.float32), np.zeros(1, np.float32)
        return Arrays(dataset.x, dataset.y, *nothing, None, 0)

    def describe(self, case):
        return facts_of(case)

    def prove(self, case, rows, context):
        entries = []
        for row in rows:
            worker = context.prepare(row, case)
            worker.ask(Host.run)
            right = worker.ask(Host.outcome).weights == case.task.expected
            row.status = Status.OK if right else Status.PARITY_FAILED
            entries += [Entry(row, worker, row.blocks)] if right else []
        return Proved(entries)

    def time(self, case, entries, context):
        rng = np.random.default_rng(0)
        interleave(entries, Budget(0.0, 3, 3), context.log, context.watch, rng)

    def conclude(self, case, rows):
        pass

    def least(self, record, row):
        return None

    def section(self, record, task):
        rows = [[row.implementation, f"{min(row.seconds):.2g}"] for row in record.of_task(task)]
        columns = (Column("implementation", left=True), Column("s"))
        return Section(task, "a sum", "", "", "Summed.", (), columns, rows, [], ())

KIND = SumKind()
''',
    "benchmarks/workloads/toy_work.py": '''
"""A sum."""
from benchmarks.kinds.toy_sum import Sum

WHY = "A kind of task that the suite does not have."
TASKS = (Sum(name="toy_task", dataset="toy_data", model="linear", why=WHY, expected=6.0),)
''',
    "benchmarks/frameworks/toy_numpy.py": '''
"""NumPy adds up."""
import numpy as np
from benchmarks.contract import Arrays, Outcome, Runner
from benchmarks.kinds.toy_sum import Sum

LIBRARY = "numpy"
KIND = "toy_sum"

def unsupported(task: Sum) -> str | None:
    return None

def prepare(task: Sum, arrays: Arrays) -> Runner:
    return Runner(lambda: arrays.x.sum(), lambda total: Outcome(total, np.zeros(1)))
''',
    "logreg_jax/solvers/toy_descent.py": '''
"""Gradient descent."""
from dataclasses import dataclass

import jax
from jaxtyping import Scalar

from .._types import Batch, Hyperparameter, Objective, Params

@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class ToyDescent:
    """Steps against the gradient."""

    learning_rate: Hyperparameter = 0.1

    def init(self, params: Params) -> tuple[()]:
        """No state."""
        return ()

    def step(
        self, objective: Objective, params: Params, state: tuple[()], batch: Batch
    ) -> tuple[Params, tuple[()], Scalar]:
        """One step."""
        value, gradient = jax.value_and_grad(objective)(params, batch)
        moved = jax.tree.map(lambda p, g: p - self.learning_rate * g, params, gradient)
        return moved, state, value
''',
}


@pytest.fixture
def tree(tmp_path):
    """A copy of the project with one more file in each plugin folder."""
    for folder in ("benchmarks", "logreg_jax", "tests"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text.lstrip())
    return tmp_path


def test_one_new_file_each_is_found(tree):
    listed = subprocess.run(
        [sys.executable, "-m", "benchmarks", "list"],
        cwd=tree, env=ENVIRONMENT, capture_output=True, text=True,
    )  # fmt: skip
    assert listed.returncode == 0, listed.stderr
    for name in ("toy_data", "toy_task", "toy_numpy"):
        assert f"  {name} " in listed.stdout


@pytest.mark.long
def test_one_new_file_each_is_measured_and_shown(tree):
    command = [sys.executable, "-m", "benchmarks"]
    done = subprocess.run(
        [*command, "run", "--task", "toy_task", "--out", str(tree / "out"), "--load-limit", "inf"],
        cwd=tree, env=ENVIRONMENT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    for text in (done.stdout, (tree / "out" / "summary.md").read_text()):
        assert "Sums" in text
        assert "toy_numpy" in text
    again = subprocess.run(
        [*command, "report", str(tree / "out")], cwd=tree, env=ENVIRONMENT, capture_output=True
    )
    assert again.returncode == 0


@pytest.mark.long
@pytest.mark.parametrize(
    "tests",
    [
        ("tests/benchmarks/test_architecture.py",),
        ("tests/benchmarks/frameworks/test_conformance.py", "-k", "toy_numpy"),
        ("tests/benchmarks/workloads", "tests/benchmarks/datasets", "-k", "toy"),
        ("tests/logreg_jax/solvers/test_contract.py", "-k", "ToyDescent"),
    ],
    ids=lambda tests: tests[0].rsplit("/", 1)[-1],
)
def test_new_files_are_held_to_the_contracts(tree, tests):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(command, cwd=tree, env=ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
